dnl SPDX-License-Identifier: GPL-2.0-or-later

dnl SCEP_STRONGSWAN
dnl ---------------
dnl Finds the headers, the libraries and the directories of the strongSwan that
dnl will load the module. Headers and daemon have to be of the same build: the
dnl plugin reads charon's structures directly.
dnl
dnl Substitutes STRONGSWAN_CPPFLAGS, STRONGSWAN_LIBS, STRONGSWAN_RPATH,
dnl STRONGSWAN_VERSION, VICI_CPPFLAGS, VICI_LIBS, ipseclibdir, plugindir,
dnl strongswanconfdir and strongswantemplatedir.
AC_DEFUN([SCEP_STRONGSWAN], [
AC_ARG_WITH([strongswan],
	[AS_HELP_STRING([--with-strongswan=DIR],
		[strongSwan's configured source tree, or its installed development headers])],
	[], [with_strongswan=])
AC_ARG_WITH([ipseclibdir],
	[AS_HELP_STRING([--with-ipseclibdir=DIR],
		[where libstrongswan.so and libcharon.so are [found]])],
	[ipseclibdir=$withval], [ipseclibdir=])
AC_ARG_WITH([plugindir],
	[AS_HELP_STRING([--with-plugindir=DIR],
		[where charon loads its plugins from [IPSECLIBDIR/plugins]])],
	[plugindir=$withval], [plugindir=])
AC_ARG_WITH([strongswanconfdir],
	[AS_HELP_STRING([--with-strongswanconfdir=DIR],
		[strongswan.d, whose charon/*.conf charon reads [found]])],
	[strongswanconfdir=$withval], [strongswanconfdir=])
AC_ARG_WITH([strongswan-version],
	[AS_HELP_STRING([--with-strongswan-version=VERSION],
		[version of the daemon, if the headers do not tell [config.h]])],
	[STRONGSWAN_VERSION=$withval], [STRONGSWAN_VERSION=])

SCEP_STRONGSWAN_HEADERS
SCEP_STRONGSWAN_LIBS
SCEP_STRONGSWAN_VERSION
SCEP_STRONGSWAN_DIRS
SCEP_STRONGSWAN_VICI
SCEP_STRONGSWAN_FEATURES

AC_SUBST([with_strongswan])
AC_SUBST([STRONGSWAN_CPPFLAGS])
AC_SUBST([STRONGSWAN_LIBS])
AC_SUBST([STRONGSWAN_RPATH])
AC_SUBST([STRONGSWAN_VERSION])
AC_SUBST([VICI_CPPFLAGS])
AC_SUBST([VICI_LIBS])
AC_SUBST([ipseclibdir])
AC_SUBST([plugindir])
AC_SUBST([strongswanconfdir])
AC_SUBST([strongswantemplatedir])
AC_SUBST([objdir])
])

dnl strongSwan's sources are compiled with config.h included before all else, and
dnl so are ours. -isystem keeps warnings about its headers out of our build.
AC_DEFUN([SCEP_STRONGSWAN_HEADERS], [
AC_MSG_CHECKING([for strongSwan's headers])
AS_IF([test -z "$with_strongswan"], [
	for scep_dir in /usr/include/strongswan /usr/local/include/strongswan; do
		AS_IF([test -f "$scep_dir/library.h"],
			[with_strongswan=$scep_dir; break])
	done
])
AS_CASE(["$with_strongswan"],
	[""|yes|no], [
		AC_MSG_RESULT([no])
		AC_MSG_ERROR([strongSwan's headers were not found: say where they are by --with-strongswan=DIR, a configured source tree of the version that runs here or its installed development headers; on Debian scripts/build fetches them])
	])
AS_IF([test ! -d "$with_strongswan"], [
	AC_MSG_RESULT([no])
	AC_MSG_ERROR([there is no directory $with_strongswan, which --with-strongswan names])
])
with_strongswan=`cd "$with_strongswan" && pwd`
scep_sw=$with_strongswan
AS_IF([test -f "$scep_sw/src/libstrongswan/library.h"], [
	scep_lib_inc=$scep_sw/src/libstrongswan
	scep_charon_inc=$scep_sw/src/libcharon
], [test -f "$scep_sw/library.h"], [
	scep_lib_inc=$scep_sw
	for scep_charon_inc in "$scep_sw" "$scep_sw/libcharon" "$scep_sw/charon"; do
		AS_IF([test -f "$scep_charon_inc/daemon.h"], [break])
	done
], [
	AC_MSG_RESULT([no])
	AC_MSG_ERROR([$scep_sw holds neither src/libstrongswan/library.h nor library.h: give strongSwan's source tree or its installed development headers])
])
AS_IF([test ! -f "$scep_sw/config.h"], [
	AC_MSG_RESULT([no])
	AC_MSG_ERROR([$scep_sw has no config.h: run ./configure in strongSwan's source tree first])
])
AS_IF([test ! -f "$scep_charon_inc/daemon.h"], [
	AC_MSG_RESULT([no])
	AC_MSG_ERROR([libcharon's headers (daemon.h) are not in $scep_sw: installed development headers may lack them, give strongSwan's configured source tree instead])
])
AS_IF([test ! -f "$scep_lib_inc/asn1/oid.h"], [
	AC_MSG_RESULT([no])
	AC_MSG_ERROR([$scep_lib_inc has no asn1/oid.h, which strongSwan's build generates: run make -C src/libstrongswan asn1/oid.h in strongSwan's configured source tree])
])
STRONGSWAN_CPPFLAGS="-include $scep_sw/config.h -isystem $scep_lib_inc"
AS_IF([test "x$scep_charon_inc" != "x$scep_lib_inc"],
	[STRONGSWAN_CPPFLAGS="$STRONGSWAN_CPPFLAGS -isystem $scep_charon_inc"])
AC_MSG_RESULT([$scep_sw])
])

AC_DEFUN([SCEP_STRONGSWAN_LIBS], [
AC_MSG_CHECKING([for libstrongswan and libcharon])
AS_IF([test -z "$ipseclibdir"], [
	scep_candidates="/usr/lib/ipsec /usr/lib/strongswan /usr/lib64/ipsec /usr/lib64/strongswan /usr/local/lib/ipsec"
	dnl a strongSwan under the given prefix goes before that of the system
	AS_IF([test "$scep_prefix_given" = yes], [
		scep_candidates="$prefix/lib/ipsec $prefix/lib64/ipsec $scep_candidates"
	])
	for scep_dir in $scep_candidates; do
		AS_IF([test -f "$scep_dir/libcharon.so"],
			[ipseclibdir=$scep_dir; break])
	done
])
AS_IF([test ! -f "$ipseclibdir/libcharon.so" || test ! -f "$ipseclibdir/libstrongswan.so"], [
	AC_MSG_RESULT([no])
	AC_MSG_ERROR([libstrongswan.so and libcharon.so were not found: install strongSwan (Debian: apt-get install charon-systemd) or say where they are by --with-ipseclibdir=DIR])
])
AC_MSG_RESULT([$ipseclibdir])
STRONGSWAN_LIBS="-L$ipseclibdir -lcharon -lstrongswan"
STRONGSWAN_RPATH="-Wl,-rpath,$ipseclibdir"
])

AC_DEFUN([SCEP_STRONGSWAN_VERSION], [
AC_MSG_CHECKING([for strongSwan's version])
AS_IF([test -z "$STRONGSWAN_VERSION"], [
	STRONGSWAN_VERSION=`$SED -n 's/^#define VERSION "\(.*\)"$/\1/p' "$scep_sw/config.h"`
])
AC_MSG_RESULT([${STRONGSWAN_VERSION:-unknown}])
AS_IF([test -z "$STRONGSWAN_VERSION"],
	[AC_MSG_ERROR([$scep_sw/config.h does not tell strongSwan's version: give it by --with-strongswan-version=VERSION])])
AS_VERSION_COMPARE([$STRONGSWAN_VERSION], [5.9.5],
	[AC_MSG_ERROR([strongSwan $STRONGSWAN_VERSION is too old, 5.9.5 is the oldest that is supported: install a newer strongSwan])])
dnl the vici plugin reports charon's version and so contains it
scep_vici=${plugindir:-$ipseclibdir/plugins}/libstrongswan-vici.so
AS_IF([test -f "$scep_vici" && test -z "$with_strongswan_version"], [
	AC_MSG_CHECKING([whether the installed strongSwan is $STRONGSWAN_VERSION, too])
	AS_IF([$GREP -F -a -q "$STRONGSWAN_VERSION" "$scep_vici"],
		[AC_MSG_RESULT([yes])], [
		AC_MSG_RESULT([no])
		AC_MSG_ERROR([the headers are those of strongSwan $STRONGSWAN_VERSION, but the strongSwan in $ipseclibdir is another: give the headers that match it by --with-strongswan=DIR])
	])
])
])

dnl Unless told otherwise, installs beside strongSwan itself: charon looks
dnl nowhere else.
AC_DEFUN([SCEP_STRONGSWAN_DIRS], [
AS_IF([test -z "$plugindir"], [plugindir=$ipseclibdir/plugins])
AS_IF([test "$scep_prefix_given" = no], [
	AS_CASE([$ipseclibdir],
		[/*/lib*/*], [prefix=`AS_DIRNAME(["$ipseclibdir"])`
			prefix=`AS_DIRNAME(["$prefix"])`])
])
AS_IF([test -z "$strongswanconfdir"], [
	AS_IF([test "$sysconfdir" != '${prefix}/etc'],
		[strongswanconfdir='${sysconfdir}/strongswan.d'], [
		AC_MSG_CHECKING([where charon reads its settings])
		scep_conf=`$GREP -a -o '/@<:@@<:@:alnum:@:>@/._-@:>@*/strongswan\.conf' "$ipseclibdir/libstrongswan.so" | $SED -n 1p`
		AS_IF([test -n "$scep_conf" && test "$scep_prefix_given" = no],
			[strongswanconfdir=`AS_DIRNAME(["$scep_conf"])`/strongswan.d],
			[strongswanconfdir='${sysconfdir}/strongswan.d'])
		AC_MSG_RESULT([$strongswanconfdir])
	])
])
strongswantemplatedir='${datadir}/strongswan/templates/config/plugins'
])

dnl libvici is strongSwan's, too; scepctl speaks to the plugin by it.
AC_DEFUN([SCEP_STRONGSWAN_VICI], [
AC_MSG_CHECKING([for libvici])
scep_vici_inc=
for scep_dir in "$scep_charon_inc/plugins/vici" "$scep_charon_inc" \
	/usr/include/strongswan /usr/include /usr/local/include; do
	AS_IF([test -f "$scep_dir/libvici.h"], [scep_vici_inc=$scep_dir; break])
done
AS_IF([test -z "$scep_vici_inc"], [
	AC_MSG_RESULT([no])
	AC_MSG_ERROR([libvici.h is neither in $scep_sw nor in /usr/include: give strongSwan's source tree by --with-strongswan=DIR])
])
AS_IF([test ! -f "$ipseclibdir/libvici.so"], [
	AC_MSG_RESULT([no])
	AC_MSG_ERROR([libvici.so is not in $ipseclibdir: install it (Debian: apt-get install strongswan-swanctl)])
])
AC_MSG_RESULT([$scep_vici_inc])
VICI_CPPFLAGS=
AS_IF([test "$scep_vici_inc" != /usr/include],
	[VICI_CPPFLAGS="-isystem $scep_vici_inc"])
VICI_LIBS="-L$ipseclibdir -lvici"
])

dnl SCEP_STRONGSWAN_API(WHAT, MACRO, BODY)
dnl Defines MACRO if a function with BODY compiles.
AC_DEFUN([SCEP_STRONGSWAN_API], [
AC_MSG_CHECKING([whether $1])
AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[
#include <library.h>
#include <daemon.h>
]], [[$3]])],
	[AC_MSG_RESULT([yes])
	STRONGSWAN_CPPFLAGS="$STRONGSWAN_CPPFLAGS -D$2"],
	[AC_MSG_RESULT([no])])
])

AC_DEFUN([SCEP_STRONGSWAN_FEATURES], [
scep_save_CPPFLAGS=$CPPFLAGS
scep_save_LIBS=$LIBS
CPPFLAGS="$CPPFLAGS $STRONGSWAN_CPPFLAGS"

AC_MSG_CHECKING([whether strongSwan's headers compile])
AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[
#include <library.h>
#include <daemon.h>
#include <asn1/oid.h>
]], [[charon->bus->add_listener(charon->bus, NULL);]])],
	[AC_MSG_RESULT([yes])], [
	AC_MSG_RESULT([no])
	AC_MSG_ERROR([a program that includes strongSwan's library.h and daemon.h does not compile, config.log says why: $scep_sw has to be a configured tree of strongSwan $STRONGSWAN_VERSION])
])

dnl daemon_t, ike_sa_t and peer_cfg_t are laid out differently with mediation
LIBS="$STRONGSWAN_LIBS $STRONGSWAN_RPATH $LIBS"
AC_CHECK_LIB([charon], [mediation_manager_create],
	[scep_mediation=yes], [scep_mediation=no])
AS_IF([$GREP -q '^#define ME\>' "$scep_sw/config.h"], [
	AS_IF([test "$scep_mediation" = no],
		[AC_MSG_ERROR([$scep_sw is configured with --enable-mediation, but the installed libcharon is not: configure that tree without it])])
], [test "$scep_mediation" = yes],
	[STRONGSWAN_CPPFLAGS="$STRONGSWAN_CPPFLAGS -DME"])

dnl a distribution's patches may change enumerations and structures within one
dnl version: libstrongswan tells the name that it has for the last builder part
AC_MSG_CHECKING([whether strongSwan's headers are those of its libraries])
AC_RUN_IFELSE([AC_LANG_PROGRAM([[
#include <library.h>
]], [[char *name = enum_to_name(builder_part_names, BUILD_END);
return !name || !streq(name, "BUILD_END");]])],
	[AC_MSG_RESULT([yes])], [
	AC_MSG_RESULT([no])
	AC_MSG_ERROR([$scep_sw differs from the strongSwan in $ipseclibdir, which a distribution has patched: give the headers with its patches by --with-strongswan=DIR])
], [AC_MSG_RESULT([unknown, as this is cross-compiled])])

SCEP_STRONGSWAN_API([private_key_t.decrypt takes parameters],
	[HAVE_ENCRYPTION_PARAMS], [private_key_t *key = NULL; chunk_t plain;
return key->decrypt(key, ENCRYPT_RSA_PKCS1, NULL, chunk_empty, &plain);])
SCEP_STRONGSWAN_API([controller_t.initiate takes a log level],
	[HAVE_INITIATE_LOG_LEVEL], [return charon->controller->initiate(
		charon->controller, NULL, NULL, NULL, NULL, LEVEL_SILENT, 0, FALSE);])

LIBS=$scep_save_LIBS
CPPFLAGS=$scep_save_CPPFLAGS
STRONGSWAN_CPPFLAGS="$STRONGSWAN_CPPFLAGS -DSTRONGSWAN_VERSION='\"$STRONGSWAN_VERSION\"'"
])
