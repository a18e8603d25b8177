import { buildReport, type Report } from '../../conformance/index.js'
import { inspectIssuer } from '../../tti/index.js'
import { readJsonText } from '../files.js'
import { Misuse } from '../misuse.js'
import { formatOf, instantOf, readOptions } from '../options.js'
import { version } from '../version.js'

export const checkIssuerOptions = {
  format: 'string',
  verbose: 'boolean',
  at: 'string',
  'allow-loopback-issuer': 'boolean',
} as const

/** `check issuer TTI.json`: the configuration as CreateTrustedTokenIssuer takes it. */
export async function checkIssuer(words: readonly string[]): Promise<Report> {
  const { values, positionals } = readOptions(words, checkIssuerOptions)
  const [file, ...others] = positionals
  if (file === undefined || others.length > 0) throw new Misuse('check issuer takes one FILE.')
  formatOf(values)
  const now = instantOf(values)
  const { value, text } = await readJsonText(file)
  const inspected = inspectIssuer(value, {
    allowLoopbackIssuer: values['allow-loopback-issuer'] === true,
  })
  const issuer = inspected.verdict.ok ? inspected.verdict.value : undefined
  return buildReport({
    version,
    subject: { kind: 'issuer', name: file },
    now,
    verified: true,
    identity: issuer && { issuer: issuer.issuerURL, name: issuer.name },
    facts: issuer ? { mapping: `${issuer.claimAttributePath} -> ${issuer.identityStoreAttributePath}` } : {},
    outcomes: inspected.rules,
    source: { kind: 'json', text },
  })
}
