const NUMBERS = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})/

/** Whether a version (semver.org) is a later one than another, by its three numbers. What is none is no later one. */
export function isLater(version: string, than: string): boolean {
  const [one, other] = [version, than].map((text) => NUMBERS.exec(text)?.slice(1).map(Number))
  if (!one || !other) return false
  const at = one.findIndex((part, index) => part !== other[index])
  return at >= 0 && (one[at] ?? 0) > (other[at] ?? 0)
}
