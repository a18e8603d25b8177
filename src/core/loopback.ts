/**
 * Whether a hostname names this machine: `localhost`, `*.localhost` (RFC 6761 6.3), 127.0.0.0/8 or `[::1]`.
 *
 * @param hostname - as `URL.hostname` gives it, so that odd spellings (`0x7f.1`, `2130706433`) are already normal
 */
export function isLoopbackHost(hostname: string): boolean {
  const name = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)
  )
}
