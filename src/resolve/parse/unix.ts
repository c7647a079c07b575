import type { Draft } from '../occurrence.ts'
import type { Detector } from './detector.ts'
import { KEYWORD } from './generic.ts'

/** Programs that print `program: what is wrong` and nothing else in this form. */
const PROGRAMS = new Set(
  (
    '[ ar awk gawk mawk base32 base64 basename bc bunzip2 bzip2 cat chattr chgrp chmod chown chroot chsh cksum cmp column comm cp cpio crontab csplit curl cut date dd df diff dig dircolors dirname dmesg dos2unix dpkg-deb du ' +
    'echo ed egrep eject env envsubst expand expr factor fallocate fdisk fgrep file find findmnt flock fmt fold free fsck fuser getent getopt gpg gpg2 grep groupadd groups gunzip gzip head hexdump host hostname htop iconv id ifconfig insmod install ionice ip iptables jobs join jq ' +
    'kill killall last ldd less link ln locale logger login logname look losetup ls lsblk lsmod lsof lz4 md5sum mkdir mkfifo mkfs mknod mkswap mktemp modprobe more mount mountpoint mv nano nc ncat netstat nice nl nm nohup nproc nsenter nslookup numfmt objcopy objdump od ' +
    'passwd paste patch pathchk pgrep pidof ping pkill pr printenv printf ps pstree ptx pv pwd readelf readlink realpath renice rev rm rmdir rsync screen sed seq service setfacl setsid sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split ss stat stdbuf strace strings strip stty su sudo sum swapoff swapon sync sysctl ' +
    'tac tail tar taskset tee telnet test time timeout tmux top touch tput tr tree truncate tsort tty ulimit umount uname uncompress unexpand uniq unlink unlzma unshare unxz unzip uptime useradd userdel usermod users vi vim vim.tiny w watch wc whereis which who whoami xargs xmllint xxd xz xzcat yq zcat zip zipinfo zstd'
  ).split(' '),
)
const LINE = /^(?:[\w.~-]{0,40}\/[\w./+-]{0,200}\/)?(?<program>\[|[a-z][\w.+-]{0,20}): (?<message>\S.{2,600})$/
/** Not the reason: the program says that it goes on, how to ask for help, or that it failed because of lines above. */
const WRAPPER =
  /^(?:Exiting with failure status|Error is not recoverable|Child returned status|Error exit delayed|exited with|there are stopped|connection unexpectedly closed)/
/** What GNU programs say without any of the common words. */
const ERROR =
  /error|\bnot\b|operand|only |expects?\b|extra |range|overwrite|same file|itself|must |too |bad |exists|not$|Is a |looks like/i
const HARMLESS =
  /^(?:Removing leading|warning: |try |Try |option may|implicit declaration of|file changed as we read it|see |Usage|usage)/

/** GNU, BSD and busybox programs of every system. */
export const unix: Detector = {
  id: 'unix',
  hints: [': '],
  read(lines, at) {
    const groups = LINE.exec(lines[at] ?? '')?.groups
    const program = groups?.['program'] ?? ''
    if (!PROGRAMS.has(program)) return undefined
    const message = groups?.['message'] ?? ''
    // `date: 2026-01-02` and `sort: name` are no errors, and `x: line 3:` is a shell's.
    if (!KEYWORD.test(message) && !ERROR.test(message)) return undefined
    if (/^(?:\d+: |line \d)/.test(message) && !/awk|^sed$/.test(program)) return undefined
    return {
      by: 'unix',
      tool: program,
      message: worded(message),
      weight: WRAPPER.test(message) ? 24 : HARMLESS.test(message) ? 28 : 82,
      wrapper: WRAPPER.test(message),
      start: at,
      end: endOf(lines, at),
    } satisfies Draft
  },
}

/** BSD writes the reason in small letters, some programs in German quotes; the number of the error says no more. */
const worded = (message: string): string =>
  message
    .replace(/ \((?:os error )?\d{1,3}\)$/, '')
    .replace(/^(?:jq: )?error(?: \(at [^)]{1,60}\))?: /, '')
    .replace(/: is a directory$/, ': Is a directory')
    .replace(/^-e expression #\d+, char \d+: /, '')

/** `Try 'ls --help' for more information.` */
const endOf = (lines: readonly string[], at: number): number =>
  /^(?:Try |usage: |Usage: )/.test(lines[at + 1] ?? '') ? at + 2 : at + 1
