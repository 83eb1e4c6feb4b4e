/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fleet/fleet_report.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char *argv[])
{
	bool written;

	if (argc != 2)
	{
		fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
		return 2;
	}
	library_init(NULL, "fleet");
	dbg_default_set_level(0);
	lib->plugins->add_path(lib->plugins, SCEP_PLUGINDIR);
	written = lib->plugins->load(lib->plugins, "random sha2") &&
			  fleet_report_write(argv[1]);
	if (!written)
	{
		perror(argv[1]);
	}
	library_deinit();
	return written ? EXIT_SUCCESS : EXIT_FAILURE;
}
