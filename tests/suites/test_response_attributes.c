/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "response_fixture.h"

/**
 * Attributes that do not fit the request or the protocol.
 */
static const struct {
	const char *type, *status, *fail_info, *id, *nonce;
	const char *reason;
} unfit[] = {
	{ .nonce = "0123456789abcdeF", .reason = "recipientNonce" },
	{ .nonce = "0123456789abcde", .reason = "recipientNonce" },
	{ .nonce = "0123456789abcdef0", .reason = "recipientNonce" },
	{ .nonce = "", .reason = "recipientNonce" },
	{ .status = "3", .nonce = "replayed nonce!!", .reason = "recipientNonce" },
	{ .status = "2", .fail_info = "2", .nonce = "replayed nonce!!",
	  .reason = "recipientNonce" },
	{ .id = "A1B2C3D4E5F7", .reason = "transactionID" },
	{ .id = "A1B2C3D4E5F60", .reason = "transactionID" },
	{ .id = "a1b2c3d4e5f6", .reason = "transactionID" },
	{ .id = "", .reason = "transactionID" },
	{ .type = "19", .reason = "messageType" },
	{ .type = "03", .reason = "messageType" },
	{ .type = "3 ", .reason = "messageType" },
	{ .type = "", .reason = "messageType" },
	{ .type = "33", .reason = "messageType" },
	{ .status = "1", .reason = "pkiStatus" },
	{ .status = "4", .reason = "pkiStatus" },
	{ .status = "00", .reason = "pkiStatus" },
	{ .status = "", .reason = "pkiStatus" },
	{ .status = "-1", .reason = "pkiStatus" },
	{ .status = "2", .reason = "failInfo" },
	{ .status = "2", .fail_info = "5", .reason = "failInfo" },
	{ .status = "2", .fail_info = "02", .reason = "failInfo" },
	{ .status = "2", .fail_info = "", .reason = "failInfo" },
};

START_TEST(rejects_unfit_attributes)
{
	certrep_t rep = get_certrep();

	rep.message_type = unfit[_i].type;
	rep.status = unfit[_i].status;
	rep.fail_info = unfit[_i].fail_info;
	if (unfit[_i].id)
	{
		rep.transaction_id = chunk_from_str((char*)unfit[_i].id);
	}
	if (unfit[_i].nonce)
	{
		rep.recipient_nonce = chunk_from_str((char*)unfit[_i].nonce);
	}
	rep.what = CERTREP_CONTENT_CERTS;
	/* "" by hand: OpenSSL leaves empty ones out */
	rep.flags = CERTREP_UNSIGNED;
	assert_refused(certrep_build(&rep), unfit[_i].reason);
}
END_TEST

START_TEST(rejects_replayed_recipient_nonce)
{
	certrep_t rep = get_certrep();
	scep_expectation_t expect = {
		.transaction_id = chunk_from_str(ID),
		.nonce = chunk_from_str("the next nonce!!"),
		.signers = signers,
		.recipient = who.me->cert,
		.key = who.me->key,
	};
	scep_response_t response;
	scep_error_t err = {};
	chunk_t body = certrep_build(&rep);

	/* a good answer, to the request before this one */
	ck_assert(!scep_response_parse(body, &expect, &response, &err));
	ck_assert(strstr(err.text, "recipientNonce"));
	free(body.ptr);
	body = certrep_build(&rep);
	assert_success(body, who.ra);
}
END_TEST

START_TEST(rejects_missing_attributes)
{
	static const char *oids[] = {
		CONTENT_TYPE, MESSAGE_DIGEST, MESSAGE_TYPE, PKI_STATUS,
		RECIPIENT_NONCE, TRANS_ID,
	};
	static const char *reasons[] = {
		"contentType", "messageDigest", "messageType is missing",
		"pkiStatus is missing", "recipientNonce is missing",
		"transactionID is missing",
	};
	certrep_t rep = get_certrep();

	rep.without[0] = oids[_i];
	assert_refused(certrep_build(&rep), reasons[_i]);
}
END_TEST

START_TEST(rejects_missing_attributes_of_a_failure)
{
	certrep_t rep = get_certrep();

	rep.status = "2";
	rep.fail_info = "2";
	rep.without[0] = RECIPIENT_NONCE;
	assert_refused(certrep_build(&rep), "recipientNonce is missing");
	rep.without[0] = FAIL_INFO;
	assert_refused(certrep_build(&rep), "failInfo is missing");
}
END_TEST

/**
 * Attributes that are there twice, without or with several values, or with
 * values of other types.
 */
static const struct {
	certrep_attribute_t attribute;
	bool instead;
	const char *reason;
} odd[] = {
	/* twice, the same or another value */
	{ { MESSAGE_TYPE, DER_PRINTABLE, "3", 0, 1 }, FALSE, "twice" },
	{ { PKI_STATUS, DER_PRINTABLE, "2", 0, 1 }, FALSE, "twice" },
	{ { TRANS_ID, DER_PRINTABLE, ID, 0, 1 }, FALSE, "twice" },
	{ { RECIPIENT_NONCE, DER_OCTETS, NONCE, 0, 1 }, FALSE, "twice" },
	{ { SENDER_NONCE, DER_OCTETS, NONCE, 0, 1 }, FALSE, "twice" },
	{ { MESSAGE_DIGEST, DER_OCTETS, NONCE, 0, 1 }, FALSE, "twice" },
	{ { CONTENT_TYPE, DER_OID, "\x2a", 0, 1 }, FALSE, "twice" },
	/* no value */
	{ { MESSAGE_TYPE, DER_PRINTABLE, "3", 0, 0 }, TRUE, "one value" },
	{ { PKI_STATUS, DER_PRINTABLE, "0", 0, 0 }, TRUE, "one value" },
	{ { TRANS_ID, DER_PRINTABLE, ID, 0, 0 }, TRUE, "one value" },
	{ { RECIPIENT_NONCE, DER_OCTETS, NONCE, 0, 0 }, TRUE, "one value" },
	{ { SENDER_NONCE, DER_OCTETS, NONCE, 0, 0 }, TRUE, "one value" },
	{ { MESSAGE_DIGEST, DER_OCTETS, NONCE, 0, 0 }, TRUE, "one value" },
	{ { CONTENT_TYPE, DER_OID, "\x2a", 0, 0 }, TRUE, "one value" },
	{ { FAIL_INFO_TEXT, DER_UTF8, "x", 0, 0 }, FALSE, "one value" },
	{ { SIGNING_TIME, DER_UTCTIME, "260101000000Z", 0, 0 }, FALSE,
	  "one value" },
	/* several values */
	{ { PKI_STATUS, DER_PRINTABLE, "0", 0, 2 }, TRUE, "one value" },
	{ { RECIPIENT_NONCE, DER_OCTETS, NONCE, 0, 3 }, TRUE, "one value" },
	/* other types */
	{ { MESSAGE_TYPE, DER_INTEGER, "\x03", 0, 1 }, TRUE, "type 0x02" },
	{ { MESSAGE_TYPE, DER_UTF8, "3", 0, 1 }, TRUE, "type 0x0c" },
	{ { PKI_STATUS, DER_INTEGER, "\x00", 1, 1 }, TRUE, "type 0x02" },
	{ { PKI_STATUS, DER_OCTETS, "0", 0, 1 }, TRUE, "type 0x04" },
	{ { TRANS_ID, DER_OCTETS, ID, 0, 1 }, TRUE, "type 0x04" },
	{ { TRANS_ID, DER_BMP, ID, 0, 1 }, TRUE, "type 0x1e" },
	{ { RECIPIENT_NONCE, DER_PRINTABLE, NONCE, 0, 1 }, TRUE, "type 0x13" },
	{ { RECIPIENT_NONCE, DER_BITS, NONCE, 0, 1 }, TRUE, "type 0x03" },
	{ { SENDER_NONCE, DER_PRINTABLE, NONCE, 0, 1 }, TRUE, "type 0x13" },
	{ { MESSAGE_DIGEST, DER_BITS, NONCE, 0, 1 }, TRUE, "type 0x03" },
	{ { CONTENT_TYPE, DER_OCTETS, NONCE, 0, 1 }, TRUE, "type 0x04" },
	{ { FAIL_INFO_TEXT, DER_OCTETS, "x", 0, 1 }, FALSE, "type 0x04" },
};

START_TEST(rejects_odd_attributes)
{
	certrep_t rep = get_certrep();

	if (odd[_i].instead)
	{
		rep.without[0] = odd[_i].attribute.oid;
	}
	rep.more[0] = odd[_i].attribute;
	assert_refused(certrep_build(&rep), odd[_i].reason);
}
END_TEST

START_TEST(tolerates_other_strings_in_the_transaction_id)
{
	static const int tags[] = { DER_UTF8, DER_IA5 };
	certrep_t rep = get_certrep();

	rep.without[0] = TRANS_ID;
	rep.more[0] = (certrep_attribute_t){ TRANS_ID, tags[_i], ID, 0, 1 };
	assert_success(certrep_build(&rep), rep.signer);
}
END_TEST

int main()
{
	Suite *suite = suite_create("response_attributes");
	TCase *tcase = tcase_create("attributes");

	tcase_set_timeout(tcase, 120);
	tcase_add_unchecked_fixture(tcase, response_setup, response_teardown);
	tcase_add_loop_test(tcase, tolerates_other_strings_in_the_transaction_id,
						0, 2);
	tcase_add_loop_test(tcase, rejects_unfit_attributes, 0, countof(unfit));
	tcase_add_test(tcase, rejects_replayed_recipient_nonce);
	tcase_add_loop_test(tcase, rejects_missing_attributes, 0, 6);
	tcase_add_test(tcase, rejects_missing_attributes_of_a_failure);
	tcase_add_loop_test(tcase, rejects_odd_attributes, 0, countof(odd));
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
