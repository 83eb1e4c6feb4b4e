/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

/**
 * Feed a file to the target.
 */
static void replay_file(const char *path)
{
	chunk_t *data;

	/* the last name in the output is that of the input that ends the program */
	printf("%s\n", path);
	fflush(stdout);
	data = chunk_map((char*)path, FALSE);
	if (data)
	{
		LLVMFuzzerTestOneInput(data->ptr, data->len);
		chunk_unmap(data);
	}
	else
	{	/* an empty file cannot be mapped */
		LLVMFuzzerTestOneInput((uint8_t*)"", 0);
	}
}

/**
 * Feed all files of a directory to the target.
 */
static int replay_directory(const char *path)
{
	struct dirent *entry;
	char file[PATH_MAX];
	int count = 0;
	DIR *dir;

	dir = opendir(path);
	while (dir && (entry = readdir(dir)))
	{
		if (entry->d_name[0] != '.')
		{
			snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
			replay_file(file);
			count++;
		}
	}
	if (dir)
	{
		closedir(dir);
	}
	return count;
}

/**
 * Feed the files named, else the target's corpus, to the target.
 */
int main(int argc, char *argv[])
{
	char path[PATH_MAX];
	int count, failures;

	fuzz_start();
	if (argc > 1)
	{
		for (count = 0; count < argc - 1; count++)
		{
			replay_file(argv[count + 1]);
		}
	}
	else
	{
		snprintf(path, sizeof(path), "%s/%s", FUZZ_CORPUS, fuzz_target);
		count = replay_directory(path);
	}
	/* a wrong input ends the program; but none at all has to be noticed, too */
	failures = count ? 0 : 1;
	printf("%d%%: Checks: %d, Failures: %d, Errors: 0\n", failures ? 0 : 100,
		   count + failures, failures);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
