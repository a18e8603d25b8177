import { expect, it } from 'vitest'
import { assertAccepted } from '../../../src/core/index.js'
import { generateSigningKeyPair, randomSerialNumber } from '../../../src/flows/index.js'
import {
  activateCertificate,
  buildApplicationMetadata,
  generateCertificate,
  outboundSet,
  parseMetadata,
  type OutboundSet,
} from '../../../src/saml/index.js'
import { HTTP_POST } from '../../../src/saml/names.js'
import { NOW } from '../../support/saml.js'

const now = NOW
const options = {
  entityID: 'https://idp.example.com/saml/expenses',
  singleSignOnServices: [
    { binding: HTTP_POST, location: 'https://idp.example.com/saml/expenses/sign-in' },
  ] as const,
}
const generated = async (set: OutboundSet) =>
  generateCertificate({
    set,
    keyPair: await generateSigningKeyPair(),
    serialNumber: randomSerialNumber(),
    now,
  })
const published = (set: OutboundSet): unknown => {
  const entity = assertAccepted(parseMetadata(buildApplicationMetadata(set, options), { now }))
  expect(entity).toMatchObject({ entityID: options.entityID, idp: { wantAuthnRequestsSigned: false } })
  return entity.idp?.certificates.map(({ sha256 }) => sha256)
}

it('names the certificate that signs now, before and after a roll, and no other (R053)', async () => {
  const first = await generated(outboundSet({ application: 'expenses' }))
  expect(published(first.set)).toEqual([first.certificate!.sha256])
  const second = await generated(first.set)
  expect(published(second.set)).toEqual([first.certificate!.sha256])
  const activated = activateCertificate(second.set, second.certificate!.sha256, { now })
  expect(published(activated.set)).toEqual([second.certificate!.sha256])
})

it('is not made without a certificate that signs', () => {
  expect(() => buildApplicationMetadata(outboundSet({ application: 'expenses' }), options)).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_OPTION' }),
  )
})
