#pragma once
#include <openssl/ssl.h>
#include "crypto.h"
#include "tls.h"
