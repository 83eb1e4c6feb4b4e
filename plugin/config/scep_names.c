/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config/scep_names.h"

/*
 * Described in header
 */
bool scep_names_include(const scep_profile_t *profile, identification_t *id)
{
	enumerator_t *enumerator;
	identification_t *san;
	bool found;

	found = profile->subject->matches(profile->subject, id) ||
			profile->subject->equals(profile->subject, id);
	enumerator = profile->sans->create_enumerator(profile->sans);
	while (!found && enumerator->enumerate(enumerator, &san))
	{
		found = san->equals(san, id);
	}
	enumerator->destroy(enumerator);
	return found;
}
