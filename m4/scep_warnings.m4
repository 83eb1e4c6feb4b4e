dnl SPDX-License-Identifier: GPL-2.0-or-later

dnl SCEP_WARNINGS
dnl -------------
dnl Substitutes SCEP_CFLAGS and SCEP_LDFLAGS: warnings, and sanitizers on demand.
AC_DEFUN([SCEP_WARNINGS], [
AC_ARG_ENABLE([werror],
	[AS_HELP_STRING([--enable-werror], [treat warnings as errors (for development)])],
	[], [enable_werror=no])
AC_ARG_ENABLE([sanitizers],
	[AS_HELP_STRING([--enable-sanitizers@<:@=thread@:>@],
		[build with AddressSanitizer and UndefinedBehaviorSanitizer, or with ThreadSanitizer; for the tests, charon cannot load such a module])],
	[], [enable_sanitizers=no])

dnl callbacks and METHOD()s rarely use every parameter; libstrongswan's printf
dnl specifiers (%N, %Y, ...) are unknown to the compiler
SCEP_CFLAGS="-Wall -Wextra -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers -Wno-format -Wno-format-extra-args"
SCEP_LDFLAGS=
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
AC_SUBST([SCEP_CFLAGS])
AC_SUBST([SCEP_LDFLAGS])
])

dnl SCEP_TESTS
dnl ----------
dnl The unit tests are built if check and OpenSSL are there.
AC_DEFUN([SCEP_TESTS], [
PKG_CHECK_MODULES([CHECK], [check >= 0.11], [scep_tests=yes],
	[scep_tests="no, install check for them (Debian: apt-get install check)"])
PKG_CHECK_MODULES([CRYPTO], [libcrypto >= 1.1.1], [],
	[scep_tests="no, install OpenSSL's development package for them (Debian: apt-get install libssl-dev)"])
AM_CONDITIONAL([TESTS_ENABLED], [test "$scep_tests" = yes])
AS_IF([test "$scep_tests" != yes],
	[AC_MSG_WARN([make check will run unit tests: $scep_tests])])
])
