/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "server.h"

#include <check.h>
#include <curl/curl.h>

#include <ftw.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/** Most options */
#define MAX_ARGUMENTS	32

/** Largest body that is kept: enough to tell that there is too much */
#define MAX_BODY		(1024 * 1024)

/** Limit for an answer, milliseconds; generous for a machine under load */
#define TIMEOUT			20000

/** Keys of servers that ended */
static char pool[] = "/tmp/scep-keys-XXXXXX";

/** Whether the pool is there */
static bool has_pool;

/**
 * Names of keys, as of their files.
 */
static const char *const keys[] = {
	"root", "ca", "ra", "ra-sign", "ra-encrypt", "next-ca", "gateway",
	"expired-ra", "other-ca", "forged",
};

/**
 * Remove what is in a directory.
 */
static int unlink_it(const char *path, const struct stat *st, int flag,
					 struct FTW *ftw)
{
	return remove(path);
}

/**
 * Remove the pool.
 */
static void remove_pool()
{
	nftw(pool, unlink_it, 8, FTW_DEPTH | FTW_PHYS);
}

/**
 * Move keys from one directory to another.
 */
static void move_keys(const char *from, const char *to)
{
	char old[64], new[64];
	int i;

	for (i = 0; i < countof(keys); i++)
	{
		snprintf(old, sizeof(old), "%s/%s.key", from, keys[i]);
		snprintf(new, sizeof(new), "%s/%s.key", to, keys[i]);
		ignore_result(rename(old, new));
	}
}

/**
 * Make the directory of a server.
 */
static void make_dir(server_t *this)
{
	ck_assert(mkdtemp(this->dir));
	if (!has_pool)
	{
		ck_assert(mkdtemp(pool));
		has_pool = TRUE;
		atexit(remove_pool);
	}
	if (this->poolable)
	{
		move_keys(pool, this->dir);
	}
}

/**
 * Become the server.
 */
static void run(server_t *this, const char *options, int out)
{
	char *argv[MAX_ARGUMENTS] = {
		SCEP_TEST_SERVER, "--dir", this->dir, "--listen", "127.0.0.1:0",
	};
	char *copy = strdup(options), *word;
	int count = 5;

	/* a test that fails does not get to server_stop() */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	dup2(out, STDOUT_FILENO);
	while ((word = strsep(&copy, " ")) && count < MAX_ARGUMENTS - 1)
	{
		if (*word)
		{
			argv[count++] = word;
		}
	}
	execv(SCEP_TEST_SERVER, argv);
	_exit(127);
}

/*
 * Described in header
 */
server_t *server_start(const char *options)
{
	char line[256], address[48] = "";
	server_t *this;
	FILE *out;
	int fds[2];

	INIT(this,
		.dir = "/tmp/scep-test-XXXXXX",
		.poolable = !strstr(options, "-key ec"),
		.timeout = TIMEOUT,
	);
	make_dir(this);
	ck_assert_int_eq(pipe(fds), 0);
	this->pid = fork();
	ck_assert_int_ge(this->pid, 0);
	if (this->pid == 0)
	{
		close(fds[0]);
		run(this, options, fds[1]);
	}
	close(fds[1]);
	out = fdopen(fds[0], "r");
	while (!*address && fgets(line, sizeof(line), out))
	{
		sscanf(line, "ca fingerprint %127s", this->pin);
		sscanf(line, "listening on %47s", address);
	}
	fclose(out);
	ck_assert_msg(*address, "%s %s does not start", SCEP_TEST_SERVER, options);
	snprintf(this->url, sizeof(this->url), "http://%s/scep", address);
	return this;
}

/*
 * Described in header
 */
void server_write(server_t *this, const char *name, const char *text)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", this->dir, name);
	file = fopen(path, "w");
	ck_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

/*
 * Described in header
 */
bool server_logged(server_t *this, const char *text)
{
	char path[64], line[8192];
	bool found = FALSE;
	FILE *file;

	snprintf(path, sizeof(path), "%s/log", this->dir);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
	{
		found = strstr(line, text) != NULL;
	}
	if (file)
	{
		fclose(file);
	}
	return found;
}

/**
 * Keep a part of the body.
 */
static size_t keep(char *data, size_t size, size_t count, void *user)
{
	chunk_t *body = user;

	if (body->len + count > MAX_BODY)
	{
		return 0;
	}
	*body = chunk_cat("mc", *body, chunk_create((u_char*)data, count));
	return count;
}

/*
 * Described in header
 */
void server_send(server_t *this, const char *query, chunk_t body,
				 const char *const *headers, server_answer_t *answer)
{
	static const char *const usual[] = {
		"Content-Type: application/x-pki-message", "Expect:", NULL,
	};
	struct curl_slist *list = NULL;
	CURL *curl = curl_easy_init();
	char *url;

	*answer = (server_answer_t){};
	ck_assert_int_ge(asprintf(&url, "%s?%s", this->url, query), 0);
	for (headers = headers ?: usual; *headers; headers++)
	{
		list = curl_slist_append(list, *headers);
	}
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, this->timeout);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer->body);
	if (body.ptr)
	{
		curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.ptr);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)body.len);
	}
	if (curl_easy_perform(curl) == CURLE_OK)
	{
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
	}
	curl_slist_free_all(list);
	curl_easy_cleanup(curl);
	free(url);
}

/*
 * Described in header
 */
void server_stop(server_t *this)
{
	int status;

	ck_assert_int_eq(kill(this->pid, SIGTERM), 0);
	ck_assert_int_eq(waitpid(this->pid, &status, 0), this->pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0,
				  "the server ended with status %d", status);
	if (this->poolable)
	{
		move_keys(this->dir, pool);
	}
	nftw(this->dir, unlink_it, 8, FTW_DEPTH | FTW_PHYS);
	free(this);
}
