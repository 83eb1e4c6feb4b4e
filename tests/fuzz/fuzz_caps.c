/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fuzz.h"

#include "message/scep_caps.h"

const char *fuzz_target = "caps";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const scep_caps_t implied = SCEP_CAP_AES | SCEP_CAP_SHA256 | SCEP_CAP_POST;
	chunk_t body = fuzz_input(data, size);
	scep_caps_t caps;
	char buf[256];

	caps = scep_caps_parse(body);
	fuzz_require(!(caps & ~(2 * SCEP_CAP_STANDARD - 1)));
	fuzz_require(!(caps & SCEP_CAP_STANDARD) || (caps & implied) == implied);
	fuzz_require(size <= SCEP_MAX_CAPS || caps == SCEP_CAP_NONE);

	scep_caps_format(caps, buf, sizeof(buf));
	fuzz_require(buf[0] != '\0' && strlen(buf) < sizeof(buf) - 1);
	translate(buf, ",", "\n");
	fuzz_require(scep_caps_parse(chunk_from_str(buf)) == caps);
	fuzz_done(body);
	return 0;
}
