import COpenSSL

/// Keeps the library usable until the process is gone. Otherwise `exit` frees its tables, and threads that sign or
/// talk TLS at that moment crash. To be called before anything else of the library.
///
/// Source: OPENSSL_init_crypto(3), OPENSSL_INIT_NO_ATEXIT.
package func keepOpenSSLUntilTheEnd() {
  let isKept = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil) == 1
  precondition(isKept, "OpenSSL cannot be initialized")
}
