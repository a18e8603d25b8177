import { afterAll, describe, expect, it as vitestIt } from 'vitest'
import type { Report } from '../../src/conformance/index.js'
import { command, temporaryFiles } from '../support/command.js'
import { peer } from '../support/peers.js'
import { ORDER, type Order, type Supplied } from './issuer.js'
import { IDP_ENTITY_ID, stranger, trusted } from './parties.js'
import { askPHP, loads } from './php.js'
import { ask, imports } from './python.js'
import { issueBySamlify } from './samlifyIssuer.js'

const { file, remove } = temporaryFiles()
afterAll(remove)

type Issue = (order: Order) => Promise<Supplied>
type It = (title: string, test: () => Promise<void>) => void

const first = async (answers: Promise<readonly Supplied[]>): Promise<Supplied> => (await answers)[0]!
const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
const EMAIL_ADDRESS = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'

async function check({ response }: Supplied, more: { audience?: string; certificate?: string } = {}) {
  // As a browser posts it, with a RelayState beside it.
  const base64 = response.startsWith('<') ? Buffer.from(response).toString('base64') : response
  const { code, out } = await command(
    'check',
    'response',
    file('body.txt', `SAMLResponse=${encodeURIComponent(base64)}&RelayState=x\n`),
    ...['--idp-entity-id', IDP_ENTITY_ID],
    ...['--idp-certificate', file('idp.pem', more.certificate ?? trusted.certificate)],
    ...['--audience', more.audience ?? ORDER.sp.entityID, '--acs', ORDER.sp.acsURL],
    ...['--in-response-to', ORDER.inResponseTo, '--format', 'json'],
  )
  const report = JSON.parse(out) as Report
  const errors = report.rules
    .flatMap(({ findings }) => findings)
    .filter(({ severity }) => severity === 'error')
  return { code, report, errors, rules: errors.map(({ rule, reason }) => `${rule} (${reason})`) }
}

function describeCheck(name: string, issue: Issue, it: It): void {
  describe(`check response and what ${name} issues`, () => {
    it('accepts what is set up for Identity Center, and says who it is', async () => {
      const { code, report, rules } = await check(await issue(ORDER))
      expect(rules).toEqual([])
      expect([code, report.identity?.['nameID'], report.identity?.['issuer']]).toEqual([
        0,
        ORDER.nameID,
        IDP_ENTITY_ID,
      ])
      expect(report.identity?.['sessionTags']).toEqual({ CostCenter: 'blue-7', Town: 'Győr / 東京' })
      expect(report.facts['second opinion']).toMatch(/^xml-crypto verifies the signature of Assertion/)
    })

    it('refuses a transient NameID, shows where it is, and says which format to set', async () => {
      const { code, rules, errors } = await check(
        await issue({ ...ORDER, nameIDFormat: TRANSIENT, nameID: 'ada@example.com' }),
      )
      expect([code, rules]).toEqual([1, ['saml/nameid-format (other)']])
      const [finding] = errors
      expect(finding).toMatchObject({ expected: EMAIL_ADDRESS, actual: `"${TRANSIENT}"` })
      expect(finding?.fix).toContain(EMAIL_ADDRESS)
      expect(finding?.place?.excerpt.slice(finding.place.caret)).toMatch(/^Format="/)
    })

    it('refuses another audience, and says what it must be', async () => {
      const { code, rules, errors } = await check(await issue(ORDER), { audience: `${ORDER.sp.entityID}/` })
      expect([code, rules]).toEqual([1, ['saml/audience (trailing-slash)']])
      expect(errors[0]).toMatchObject({ expected: `"${ORDER.sp.entityID}/"` })
    })

    it('refuses it under another certificate, and says which one to import', async () => {
      const { code, rules, errors, report } = await check(await issue(ORDER), {
        certificate: stranger.certificate,
      })
      expect([code, report.verified]).toEqual([1, false])
      expect(['saml/signature (untrusted-certificate)', 'saml/signature (mismatch)']).toContain(rules[0])
      expect(errors[0]?.fix).toMatch(/import/)
      expect(errors[0]?.hint).toMatch(/same result/)
    })
  })
}

describeCheck('samlify', (order) => issueBySamlify({ ...order, own: undefined }), vitestIt)
describeCheck(
  'pysaml2',
  (order) => first(ask<Supplied>('pysaml2_idp.py', [order])),
  await peer({ name: 'pysaml2', debianPackage: 'python3-pysaml2 xmlsec1' }, () => imports('saml2.client')),
)
describeCheck(
  'SimpleSAMLphp',
  (order) => first(askPHP<Supplied>('simplesamlphp_idp.php', [order])),
  await peer({ name: 'SimpleSAMLphp', debianPackage: 'simplesamlphp php-cli php-xml' }, loads),
)
