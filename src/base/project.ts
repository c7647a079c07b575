/** Other names under which the same hosts are reached, mostly where port 22 is closed. */
const SAME_HOST: Readonly<Record<string, string>> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
  'ssh.dev.azure.com': 'dev.azure.com',
}

/**
 * What all clones of a project call it: `github.com/owner/repo`, from any form of the URL of its git remote, without
 * credentials, ports and case. Undefined for what is no address others could have: a path, a bundle, nothing.
 */
export function projectName(remote: string): string | undefined {
  const text = remote.trim()
  const url =
    /^(?:git\+)?(?:https?|ssh|git):\/\/(?:[^/@\s]*@)?(?<host>[\w.-]+|\[[\da-fA-F:]+\])(?::\d{1,5})?\/(?<path>\S+)$/i.exec(
      text,
    )
  // git@host:owner/repo; a drive letter is no host.
  const scp = /^(?:[^/@\s:]*@)?(?<host>[\w.-]{2,}):(?!\/\/)(?<path>\S+)$/.exec(text)
  const bare = /^(?<host>[\w-]+(?:\.[\w-]+)*)\/(?<path>\S+)$/.exec(text)
  const { host = '', path = '' } = (url ?? scp ?? bare)?.groups ?? {}
  const low = host.toLowerCase().replace(/^www\./, '')
  const name = (Object.hasOwn(SAME_HOST, low) ? SAME_HOST[low] : undefined) ?? low
  const place = decoded(path)
    .toLowerCase()
    .replace(/[?#].*$/, '')
    .replaceAll(/\/{2,}/g, '/')
    .replace(/^\/|\/$/g, '')
    .replace(/\.git$/, '')
    .replace(/^(?:scm|v3)\/(?=[^/]+\/)/, '')
    .replace('/_git/', '/')
  return name === '' || place === '' || /[\s\\]/.test(place) ? undefined : `${name}/${place}`
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
