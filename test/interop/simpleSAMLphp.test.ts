import { peer } from '../support/peers.js'
import { SIGNED } from './issued.js'
import { describeIssuer, signedBy, type Supplied } from './issuer.js'
import { askPHP, loads } from './php.js'

const it = await peer({ name: 'SimpleSAMLphp', debianPackage: 'simplesamlphp php-cli php-xml' }, loads)

interface Own {
  readonly nameFormat?: string
  readonly nameID?: 'none'
}

const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'

describeIssuer<Own>(
  'SimpleSAMLphp',
  (orders) => askPHP<Supplied>('simplesamlphp_idp.php', orders),
  [
    ...signedBy(SIGNED, ['default', 'rsa-sha256', 'rsa-sha384', 'rsa-sha512']),
    {
      title: 'with attribute names in the format of URIs',
      order: {},
      own: { nameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:uri' },
    },
    {
      title: 'with a persistent NameID',
      order: { nameIDFormat: PERSISTENT },
      refusal: ['saml/nameid-format (plus-address)'],
      because: 'Identity Center takes e-mail addresses only.',
    },
    {
      title: 'as it is installed, without a filter for the NameID',
      order: { nameIDFormat: TRANSIENT },
      own: { nameID: 'none' },
      refusal: ['saml/nameid-format (other)', 'saml/nameid-value (no-at)'],
      because: 'It makes up a transient NameID, by which Identity Center finds nobody.',
    },
    {
      title: 'with several values',
      order: { attributes: { groups: ['a', 'b'] } },
      refusal: ['saml/attribute-multi-valued (several)'],
      because: 'Identity Center takes one value of each attribute.',
    },
    {
      title: 'with several values, at a service provider',
      order: { attributes: { groups: ['a', 'b'] } },
      expectation: { profile: 'service-provider' },
    },
  ],
  it,
)
