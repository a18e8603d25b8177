import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignedXml } from 'xml-crypto'
import { afterAll, describe, expect, it as vitestIt } from 'vitest'
import { peer, run } from '../support/peers.js'
import { ALGS, contentsOf, issue, KINDS, loginTo, type Alg, type Kind } from './issued.js'
import { bare, trusted } from './parties.js'
import { ask, imports } from './python.js'
import { expectationOf, read } from './read.js'

// Responses that we made and somebody else signed: programs that sign XML, and make no Responses themselves.

const SIGNATURE = /<ds:Signature .*?<\/ds:Signature>/s
const ASSERTION = /<saml:Assertion .*<\/saml:Assertion>/s
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const TRANSFORMS = ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', EXCLUSIVE]
const DIGESTS: Readonly<Record<Alg, string>> = {
  'rsa-sha256': 'http://www.w3.org/2001/04/xmlenc#sha256',
  'rsa-sha384': 'http://www.w3.org/2001/04/xmldsig-more#sha384',
  'rsa-sha512': 'http://www.w3.org/2001/04/xmlenc#sha512',
}

interface Task {
  readonly kind: Kind
  readonly alg: Alg
  readonly part: 'assertion' | 'response'
  /** The part alone, not signed. */
  readonly xml: string
  /** The message around it once it is signed. */
  readonly message: (signed: string) => string
}

function tasks(algs: readonly Alg[]): Task[] {
  return KINDS.flatMap((kind) =>
    algs.flatMap((alg): Task[] => {
      const response = issue(loginTo(kind), { sign: 'assertion' }).replace(SIGNATURE, '')
      const assertion = ASSERTION.exec(response)?.[0] ?? ''
      return [
        { kind, alg, part: 'response', xml: response, message: (signed) => signed },
        {
          kind,
          alg,
          part: 'assertion',
          xml: assertion,
          message: (signed) => response.replace(assertion, () => signed),
        },
      ]
    }),
  )
}

async function expectRead(
  list: readonly Task[],
  sign: (tasks: readonly Task[]) => Promise<readonly string[]>,
): Promise<void> {
  const signed = await sign(list)
  expect(signed).toHaveLength(list.length)
  for (const [at, { kind, alg, part, message }] of list.entries())
    expect
      .soft(read(message(signed[at]!), expectationOf(kind)), `${part} to ${kind} with ${alg}`)
      .toEqual(contentsOf(loginTo(kind)))
}

describe('xml-crypto', () => {
  vitestIt('signs what we read', async () => {
    const sign = ({ xml, alg }: Task): string => {
      const signer = new SignedXml({
        privateKey: trusted.privateKey,
        publicCert: trusted.certificate,
        canonicalizationAlgorithm: EXCLUSIVE,
        signatureAlgorithm: `http://www.w3.org/2001/04/xmldsig-more#${alg}`,
      })
      signer.addReference({ xpath: '/*', transforms: TRANSFORMS, digestAlgorithm: DIGESTS[alg] })
      const behindIssuer = { reference: "/*/*[local-name(.)='Issuer']", action: 'after' as const }
      signer.computeSignature(xml, { prefix: 'ds', location: behindIssuer })
      return signer.getSignedXml()
    }
    // It knows no SHA-384.
    await expectRead(tasks(['rsa-sha256', 'rsa-sha512']), (list) => Promise.resolve(list.map(sign)))
  })
})

describe("OneLogin's python3-saml", async () => {
  const it = await peer({ name: 'python3-saml', debianPackage: 'python3-onelogin-saml2' }, () =>
    imports('onelogin.saml2.auth'),
  )
  it('signs what we read', () =>
    expectRead(tasks(ALGS), async (list) => {
      const asked = list.map(({ xml, alg }) => ({ xml, alg, ...trusted }))
      return (await ask<{ xml: string }>('onelogin_sign.py', asked)).map(({ xml }) => xml)
    }))
})

describe('xmlsec1', async () => {
  const it = await peer({ name: 'xmlsec1', debianPackage: 'xmlsec1' }, () => run('xmlsec1', ['--version']))
  const folder = mkdtempSync(join(tmpdir(), 'countersign-signers-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  /** What xmlsec1 fills in, laid out as people write it. */
  const template = (id: string, alg: Alg): string => `<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">
  <SignedInfo>
    <CanonicalizationMethod Algorithm="${EXCLUSIVE}" />
    <SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#${alg}" />
    <Reference URI="#${id}">
      <Transforms>${TRANSFORMS.map((name) => `<Transform Algorithm='${name}' />`).join('\n')}</Transforms>
      <DigestMethod Algorithm="${DIGESTS[alg]}" />
      <DigestValue />
    </Reference>
  </SignedInfo>
  <SignatureValue />
  <KeyInfo><X509Data><X509Certificate>${bare(trusted)}</X509Certificate></X509Data></KeyInfo>
</Signature>`

  it('signs what we read', async () => {
    const key = join(folder, 'key.pem')
    writeFileSync(key, trusted.privateKey)
    const sign = async ({ xml, alg }: Task, at: number): Promise<string> => {
      const id = / ID="([^"]*)"/.exec(xml)?.[1] ?? ''
      const file = join(folder, `${at}.xml`)
      writeFileSync(
        file,
        xml.replace('</saml:Issuer>', (end) => `${end}${template(id, alg)}`),
      )
      const ran = await run('xmlsec1', [
        ...['--sign', '--privkey-pem', key],
        ...['--id-attr:ID', 'urn:oasis:names:tc:SAML:2.0:assertion:Assertion'],
        ...['--id-attr:ID', 'urn:oasis:names:tc:SAML:2.0:protocol:Response'],
        file,
      ])
      // It complains that the enclosed certificate is nobody's but its own, and signs all the same.
      expect(ran).toMatchObject({ status: 0 })
      // Its declaration cannot stand inside of a Response.
      return ran.stdout.replace(/^<\?xml[^>]*>\n/, '').trim()
    }
    await expectRead(tasks(ALGS), (list) => Promise.all(list.map(sign)))
  })
})
