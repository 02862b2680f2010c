// TLS macros of OpenSSL that Swift does not import, as functions.
#pragma once
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static inline int copenssl_tls_set_version_range(SSL_CTX *ctx, int lowest, int highest) {
  return SSL_CTX_set_min_proto_version(ctx, lowest) == 1 && SSL_CTX_set_max_proto_version(ctx, highest) == 1;
}

static inline void copenssl_tls_forbid_compression_and_renegotiation(SSL_CTX *ctx) {
  SSL_CTX_set_options(ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
}

static inline void copenssl_tls_release_idle_buffers(SSL_CTX *ctx) {
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
}

static inline void copenssl_tls_disable_internal_session_cache(SSL_CTX *ctx) {
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
}

static inline int copenssl_tls_set_server_name(SSL *ssl, const char *name) {
  return (int)SSL_set_tlsext_host_name(ssl, name);
}

static inline int copenssl_tls_add_chain_certificate(SSL *ssl, X509 *certificate) {
  return (int)SSL_add1_chain_cert(ssl, certificate);
}

/// Makes an empty memory BIO report the end of the stream in place of "try again".
static inline void copenssl_tls_mark_end_of_stream(BIO *bio) { BIO_set_mem_eof_return(bio, 0); }
