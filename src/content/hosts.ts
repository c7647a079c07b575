import { put, type Secret } from './secret.ts'

/*
 * Names that only a company's own network knows. What every network has alike is kept, because a fix needs it:
 * localhost, example.com, ports, public registries, names of one word (a service of a compose file), addresses that
 * Docker and Kubernetes hand out everywhere, and private addresses outside URLs.
 */

/** The same on every machine. */
const KEPT =
  /^(?:(?:host|gateway|kubernetes|vm)\.docker\.internal|host\.(?:containers|minikube|k3d|lima)\.internal|metadata\.google\.internal|kubernetes\.default\.svc(?:\.cluster\.local)?|localhost\.localdomain)$/i
const KEPT_ADDRESS =
  /^(?:10\.0\.2\.2|10\.96\.0\.1|10\.0\.0\.1|172\.17\.0\.1|192\.168\.(?:0|1|49|65|99)\.[1-3]|192\.168\.65\.254)$/
/** Nothing else ends like these. */
const TELLING = /\.(?:corp|lan|intra|intranet|home\.arpa|cluster\.local)$|\.svc$/i
/** Words after which a host is named. */
const NAMES_HOST =
  /(?:\b(?:host|hosts|hostname|server|lookup|resolve|address|addrinfo|connect(?:ing|ed)?|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|EHOSTUNREACH|ssh|scp|ping|dig|nslookup|telnet|curl|wget)(?: to| from| for| host| name)?["'`]?[ :=]{1,2}["'`(]{0,2})$/i

const LABEL = '[A-Za-z0-9-]{1,63}'

export const HOSTS: readonly Secret[] = [
  {
    kind: 'host',
    hints: ['.internal', '.corp', '.lan', '.intra', '.home.arpa', '.local', '.svc', '.CORP', '.LOCAL'],
    pattern: new RegExp(
      String.raw`(?<![\w.\\$~%-])[A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.${LABEL}){0,8}\.(?:internal|corp|lan|intra|intranet|home\.arpa|local|localdomain|svc)(?<port>:\d{1,5})?(?![\w(-]|\.\w|::)`,
      'gi',
    ),
    replace: (hit, { port = '' }, before) => {
      const name = hit.slice(0, hit.length - port.length)
      const inUrl = /(?::\/\/|@)$/.test(before)
      if (KEPT.test(name) || (!inUrl && /[/\\]$/.test(before))) return hit
      // `Service.svc` is a file; a service of Kubernetes has a namespace.
      if (/\.svc$/i.test(name) && name.split('.').length < 3) return hit
      const numbered = /\.internal$/i.test(name) && /[\d-]/.test(name)
      return inUrl || port !== '' || numbered || TELLING.test(name) || NAMES_HOST.test(before) ? `<host>${port}` : hit
    },
  },
  {
    kind: 'host',
    hints: ['://'],
    pattern:
      /(?<=:\/\/(?:<credentials>@)?)(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})(?![\w.])/g,
    replace: (hit) => (KEPT_ADDRESS.test(hit) ? hit : '<host>'),
  },
  {
    kind: 'host',
    hints: ['\\\\'],
    // \\server\share
    pattern: /(?<![\\\w])\\\\(?!wsl)[A-Za-z][\w.-]{1,62}\\(?=[\w$])/gi,
    replace: put('\\\\<host>\\'),
  },
]
