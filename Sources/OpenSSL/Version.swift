import COpenSSL

/// The version of the OpenSSL library in use at run time, as in "OpenSSL 3.0.19 27 Jan 2026".
package var opensslVersionText: String {
  String(cString: OpenSSL_version(OPENSSL_VERSION))
}
