// What the `OpenSSL` target needs from libcrypto and Swift cannot do itself: function-like macros, and
// OSSL_PARAM arrays, which borrow the names and values they are built from.
#pragma once
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

/// The bytes a memory BIO holds, and through `data` where; they stay the BIO's.
static inline long copenssl_bio_contents(BIO *bio, char **data) { return BIO_get_mem_data(bio, data); }

/// A public key of `type` from its parameters, or NULL with the error queue filled.
static inline EVP_PKEY *copenssl_public_key(const char *type, OSSL_PARAM *parameters) {
  EVP_PKEY *key = NULL;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
  if (context != NULL && EVP_PKEY_fromdata_init(context) == 1) {
    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters);
  }
  EVP_PKEY_CTX_free(context);
  return key;
}

/// An RSA public key; the caller keeps the modulus.
static inline EVP_PKEY *copenssl_rsa_public_key(const BIGNUM *modulus, uint64_t exponent) {
  EVP_PKEY *key = NULL;
  OSSL_PARAM *parameters = NULL;
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
  if (builder != NULL && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
      OSSL_PARAM_BLD_push_uint64(builder, OSSL_PKEY_PARAM_RSA_E, exponent) == 1 &&
      (parameters = OSSL_PARAM_BLD_to_param(builder)) != NULL) {
    key = copenssl_public_key("RSA", parameters);
  }
  OSSL_PARAM_free(parameters);
  OSSL_PARAM_BLD_free(builder);
  return key;
}

/// A P-256 public key from its uncompressed point (SEC 1 §2.3.3: 04 ‖ x ‖ y); refuses a point off the curve.
static inline EVP_PKEY *copenssl_p256_public_key(uint8_t *point, size_t length) {
  char group[] = "P-256";
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, length),
      OSSL_PARAM_construct_end(),
  };
  return copenssl_public_key("EC", parameters);
}
