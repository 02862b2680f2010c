import COpenSSL

/// A BIGNUM of big-endian bytes, which the caller must free or hand over.
func bigNumber(_ bytes: ArraySlice<UInt8>) throws(OpenSSLError) -> OpaquePointer {
  let number = bytes.withUnsafeBufferPointer { BN_bin2bn($0.baseAddress, Int32($0.count), nil) }
  return try require(number, "read a number")
}
