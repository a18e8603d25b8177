import { misuse } from './arguments.js'

/** The first version of each tool that follows the session duration of the portal (R229). */
export const SESSION_MANAGEMENT_SINCE = Object.freeze({
  'aws-cli-v2': '2.9',
  'aws-cli-v1': '1.27.10',
  python: '1.26.10',
  php: '3.245.0',
  ruby: '3.167.0',
  'java-v2': '2.18.13',
  'js-v2': '2.1253.0',
  'js-v3': '3.210.0',
  'c++': '1.9.372',
  dotnet: '3.7.400.0',
})

export type SessionTool = keyof typeof SESSION_MANAGEMENT_SINCE

/**
 * Whether a tool in this version keeps the portal's session duration; undefined when the version is not one or the tool
 * is not listed. Go's modules have versions of their own and are not listed (R229).
 */
export function supportsSessionManagement(tool: SessionTool, version: string): boolean | undefined {
  if (typeof version !== 'string') misuse('version is a text.')
  if (typeof tool !== 'string' || !Object.hasOwn(SESSION_MANAGEMENT_SINCE, tool)) return undefined
  const [wanted, had] = [numbersOf(SESSION_MANAGEMENT_SINCE[tool]), numbersOf(version)]
  if (wanted === undefined || had === undefined) return undefined
  for (let place = 0; place < Math.max(wanted.length, had.length); place += 1) {
    const difference = (had[place] ?? 0) - (wanted[place] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}

function numbersOf(version: string): readonly number[] | undefined {
  return /^v?\d{1,6}(?:\.\d{1,6}){0,3}$/.test(version)
    ? version.replace(/^v/, '').split('.').map(Number)
    : undefined
}
