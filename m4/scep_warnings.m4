dnl SPDX-License-Identifier: GPL-2.0-or-later

dnl SCEP_WARNINGS
dnl -------------
dnl Substitutes SCEP_CFLAGS and SCEP_LDFLAGS: warnings; on demand sanitizers,
dnl libFuzzer's and gcov's instrumentation. And SCEP_FUZZ_LIBS: libFuzzer.
AC_DEFUN([SCEP_WARNINGS], [
AC_ARG_ENABLE([werror],
	[AS_HELP_STRING([--enable-werror], [treat warnings as errors (for development)])],
	[], [enable_werror=no])
AC_ARG_ENABLE([sanitizers],
	[AS_HELP_STRING([--enable-sanitizers@<:@=thread@:>@],
		[build with AddressSanitizer and UndefinedBehaviorSanitizer, or with ThreadSanitizer; for the tests, charon cannot load such a module])],
	[], [enable_sanitizers=no])
AC_ARG_ENABLE([fuzzing],
	[AS_HELP_STRING([--enable-fuzzing],
		[build the fuzz targets with libFuzzer and sanitizers; needs CC=clang])],
	[], [enable_fuzzing=no])
AC_ARG_ENABLE([coverage],
	[AS_HELP_STRING([--enable-coverage],
		[build with gcov's counters, see scripts/coverage])],
	[], [enable_coverage=no])

dnl callbacks and METHOD()s rarely use every parameter; libstrongswan's printf
dnl specifiers (%N, %Y, ...) are unknown to the compiler
SCEP_CFLAGS="-Wall -Wextra -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers -Wno-format -Wno-format-extra-args"
SCEP_LDFLAGS=
SCEP_FUZZ_LIBS=
AS_IF([test "$enable_werror" = yes], [SCEP_CFLAGS="$SCEP_CFLAGS -Werror"])
AS_CASE(["$enable_sanitizers"],
	[no], [SCEP_SAN=],
	[yes], [SCEP_SAN="-fsanitize=address,undefined -fno-sanitize-recover=undefined"],
	[thread], [SCEP_SAN="-fsanitize=thread"],
	[AC_MSG_ERROR([--enable-sanitizers takes yes, no or thread, not $enable_sanitizers])])
AS_IF([test -n "$SCEP_SAN"], [
	SCEP_CFLAGS="$SCEP_CFLAGS $SCEP_SAN -fno-omit-frame-pointer"
	SCEP_LDFLAGS="$SCEP_SAN"
])
AM_CONDITIONAL([SANITIZERS], [test "$enable_sanitizers" = yes])
AS_IF([test "$enable_fuzzing" = yes], [SCEP_FUZZING])
AM_CONDITIONAL([FUZZING], [test "$enable_fuzzing" = yes])
AS_IF([test "$enable_coverage" = yes], [
	SCEP_CFLAGS="$SCEP_CFLAGS -O0 --coverage"
	SCEP_LDFLAGS="$SCEP_LDFLAGS --coverage"
])
AC_SUBST([SCEP_CFLAGS])
AC_SUBST([SCEP_LDFLAGS])
AC_SUBST([SCEP_FUZZ_LIBS])
])

dnl SCEP_FUZZING
dnl ------------
dnl Adds to SCEP_CFLAGS and SCEP_LDFLAGS what the fuzz targets need, and sets
dnl SCEP_FUZZ_LIBS.
AC_DEFUN([SCEP_FUZZING], [
AC_MSG_CHECKING([whether $CC has libFuzzer])
scep_save_CFLAGS=$CFLAGS
CFLAGS="$CFLAGS -fsanitize=fuzzer,address,undefined"
AC_LINK_IFELSE([AC_LANG_SOURCE([[
#include <stddef.h>
#include <stdint.h>
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return 0;
}
]])], [AC_MSG_RESULT([yes])], [
	AC_MSG_RESULT([no])
	AC_MSG_ERROR([$CC cannot link with -fsanitize=fuzzer: give CC=clang and install its runtime (Debian: apt-get install clang libclang-rt-dev)])
])
CFLAGS=$scep_save_CFLAGS
SCEP_SAN="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined"
SCEP_CFLAGS="$SCEP_CFLAGS $SCEP_SAN -fno-omit-frame-pointer"
SCEP_LDFLAGS="$SCEP_LDFLAGS $SCEP_SAN"
SCEP_FUZZ_LIBS="-fsanitize=fuzzer"
])

dnl SCEP_TESTS
dnl ----------
dnl The unit tests are built if check and OpenSSL are there, the test server if
dnl libmicrohttpd is, too.
AC_DEFUN([SCEP_TESTS], [
PKG_CHECK_MODULES([CHECK], [check >= 0.11], [scep_tests=yes],
	[scep_tests="no, install check for them (Debian: apt-get install check)"])
PKG_CHECK_MODULES([CRYPTO], [libcrypto >= 1.1.1], [],
	[scep_tests="no, install OpenSSL's development package for them (Debian: apt-get install libssl-dev)"])
AM_CONDITIONAL([TESTS_ENABLED], [test "$scep_tests" = yes])
scep_server=yes
PKG_CHECK_MODULES([MICROHTTPD], [libmicrohttpd >= 0.9.71 libcrypto >= 3.0], [],
	[scep_server="no: install libmicrohttpd and OpenSSL 3 for it (Debian: apt-get install libmicrohttpd-dev libssl-dev)"])
AM_CONDITIONAL([SERVER_ENABLED], [test "$scep_server" = yes])
AS_IF([test "$scep_tests" != yes],
	[AC_MSG_WARN([make check will run unit tests: $scep_tests])])
])
