import { toBeSigned } from '../../src/saml/xml/sign.js'
import { canonicalize } from '../../src/saml/xml/canonicalize.js'
import { parseDocument } from '../../src/saml/xml/document.js'
import { ADA, idpSigner, issued } from './saml.js'

/**
 * The attribute statements that AWS's guide prints, to the letter: the value's element closes on the next line, no
 * attribute states a NameFormat, and one name runs over two lines.
 */
export const samples = {
  costCenter: `<saml:AttributeStatement>
<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/AccessControl:CostCenter">
<saml:AttributeValue>blue
</saml:AttributeValue>
</saml:Attribute>
</saml:AttributeStatement>`,
  wrapped: `<saml:AttributeStatement>
<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/
AccessControl:Department">
<saml:AttributeValue>billing
</saml:AttributeValue>
</saml:Attribute>
</saml:AttributeStatement>`,
  // What PingOne's page makes of the same name: the colon became an angle bracket.
  garbled: `<saml:AttributeStatement><saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/AccessControl&gt;Email"><saml:AttributeValue>a@b.co</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>`,
}

/** A Response of ours with this statement in it, signed anew. */
export function withStatement(statement: string): string {
  const response = issued({ ...ADA, accessControl: {} })
  const bare = response
    .replace(/<ds:Signature .*<\/ds:Signature>/, '')
    .replace('</saml:Assertion>', `${statement}</saml:Assertion>`)
  const assertion = parseDocument(
    bare.slice(bare.indexOf('<saml:Assertion'), bare.indexOf('</samlp:Response>')),
  )
  const { bytes, finish } = toBeSigned(assertion, 'rsa-sha256')
  const signed = canonicalize(finish(idpSigner.sign(bytes)))
  return `${bare.slice(0, bare.indexOf('<saml:Assertion'))}${signed}</samlp:Response>`
}
