/*
 * O5LOGON: how a client shows that it knows the password, and the server that it knows its hash, without
 * either being sent. Pure functions over the values of the server's first answer. The strings and keys are
 * secrets.
 */
#pragma once

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

typedef enum {
	FERRY_ORACLE_VERIFIER_10G = 0x939,
	FERRY_ORACLE_VERIFIER_11G = 0x1b25,
	FERRY_ORACLE_VERIFIER_11G_OLD = 0xb152,
	FERRY_ORACLE_VERIFIER_12C = 0x4815
} FerryOracleVerifier;

/* What the server sent; hexadecimal texts, NULL where it sent none. */
typedef struct FerryOracleChallenge {
	uint32_t verifier;
	const char *verifier_data, *session_key;
	const char *mixing_salt;            /* AUTH_PBKDF2_CSK_SALT */
	const char *n_verifier, *n_derived; /* AUTH_PBKDF2_VGEN_COUNT, …_SDER_COUNT: decimal */
} FerryOracleChallenge;

typedef struct FerryOracleProof {
	char *session_key; /* hexadecimal, in capitals */
	char *speedy_key;  /* NULL for 11G */
	char *password;
	uint8_t key[32];
	size_t key_len;
} FerryOracleProof;

bool ferry_oracle_prove(const FerryOracleChallenge *challenge, const char *password,
			FerryOracleProof *ret_proof, GError **error);
/* The same with given random bytes: 48 of part B, 16 before the password, 16 before the speedy key. For
 * tests. */
bool ferry_oracle_prove_with(const FerryOracleChallenge *challenge, const char *password,
			     const uint8_t random[80], FerryOracleProof *ret_proof, GError **error);
/* Whether the server's AUTH_SVR_RESPONSE shows that it has the key, too. */
bool ferry_oracle_check_server(const FerryOracleProof *proof, const char *response);
void ferry_oracle_proof_clear(FerryOracleProof *proof);
