import type { Risk } from './risk.ts'

/* Programs that do the same whatever their words are, and what those with rules do when none of them matches. */

const D = 'destructive'
const N = 'network'
const O = 'none'

const words = (text: string, risk: Risk): (readonly [string, Risk])[] =>
  text
    .trim()
    .split(/\s+/)
    .map((word) => [word, risk] as const)

/** Programs that do the same whatever their words are, and the default of those with rules. */
export const BASE: ReadonlyMap<string, Risk> = new Map<string, Risk>([
  ...words(
    `ls dir cat bat head tail less more grep egrep fgrep rg ag echo printf pwd cd pushd popd which whereis where whence type file stat wc uniq cut
     tr column diff cmp comm basename dirname realpath readlink test [ true false : printenv ps pgrep top htop df du free uname
     whoami id groups tty who w uptime arch nproc lscpu lsblk lsusb lspci lsmod lsof ss netstat ifconfig route arp jq yq xxd od hexdump strings
     nm objdump readelf ldd md5sum sha1sum sha256sum sha512sum cksum base64 seq sleep wait jobs fg bg export set unset alias unalias
     shopt local declare readonly read return exit break continue let man info help tree nl tac rev fold fmt expand time
     dmesg journalctl last getent locale tput clear getconf vmstat iostat free ipconfig systeminfo tasklist ver findstr get-childitem get-content
     get-process get-service get-command select-string test-path write-host write-output mypy pyright shellcheck hadolint actionlint
     apt-cache get-item get-location umask hash times`,
    O,
  ),
  ...words(
    `curl wget http https xh ssh scp sftp ftp nc ncat netcat telnet ping ping6 dig nslookup host whois traceroute tracepath mtr nmap rsync rclone
     git gh glab aws gcloud gsutil az doctl fly flyctl heroku vercel netlify wrangler firebase supabase railway kubectl helm terraform tofu
     terragrunt pulumi cdk serverless vagrant ansible ansible-playbook ansible-galaxy etcdctl consul vault
     npx bunx pnpx uvx pipx apt apt-get aptitude dnf yum zypper apk pacman brew port snap choco winget scoop easy_install nvm fnm volta pyenv rbenv
     asdf mise sdk playwright cypress mvn mvnw gradle gradlew sbt lein mix rebar3 cabal stack opam pod carthage swift flutter dart vcpkg conan
     psql mysql mariadb mongosh mongo redis-cli mongorestore mongodump pg_dump pg_restore mysqldump mysqladmin ssh-keyscan ssh-copy-id sendmail mail rustup corepack
     invoke-webrequest iwr invoke-restmethod irm start-bitstransfer certutil bitsadmin mosh socat minikube kind skopeo crane oras code`,
    N,
  ),
  ...words(
    `rm unlink shred srm dd mkfs fdisk sfdisk cfdisk gdisk sgdisk parted wipefs blkdiscard mkswap swapoff format diskpart
     del erase rd remove-item ri clear-content clear-disk format-volume remove-partition initialize-disk clear-recyclebin stop-computer restart-computer
     rimraf del-cli trash trash-put truncate shutdown reboot halt poweroff init telinit killall killall5 pkill skill xkill taskkill stop-process fuser
     dropdb dropuser pg_dropcluster pg_resetwal initdb lvremove vgremove pvremove lvreduce userdel groupdel deluser delgroup visudo passwd chpasswd
     usermod iex invoke-expression eval crond at batch chroot pivot_root insmod rmmod modprobe grub-install update-grub efibootmgr
     bfg git-filter-repo cipher sdelete takeown debugfs e2fsck fsck xfs_repair ntfsfix badblocks losetup kexec nsenter unshare
     remove-itemproperty set-executionpolicy uninstall-module uninstall-package remove-module disable-netadapter`,
    D,
  ),
])
