import type { Fault } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { EMAIL_ADDRESS, EMAIL_ADDRESS_TYPO, HTTP_POST, HTTP_REDIRECT } from '../names.js'
import { isHTTP, locationFault, locationMessages } from './location.js'
import type { RoleReading } from './read.js'
import { metadataRule, ofIdentityCenter, ofRole, type MetadataRule } from './subject.js'

/** Where browsers are sent, and as what people are named there. */
export const endpointRules: readonly MetadataRule[] = [
  metadataRule({
    id: 'saml/metadata-sign-in-url',
    source: 'R044; SAML Metadata 2.4.3',
    title: 'An identity provider has a SingleSignOnService for HTTP-POST or HTTP-Redirect: its sign-in URL',
    fix: 'Give metadata with a SingleSignOnService of one of these bindings.',
    check: ofRole('idp', (role) => endpointFaults(role, 'SingleSignOnService', [HTTP_POST, HTTP_REDIRECT])),
  }),
  metadataRule({
    id: 'saml/metadata-acs',
    source: 'R049; R052; SAML Metadata 2.4.4; SAML Profiles 4.1.2',
    title: 'A service provider has an AssertionConsumerService for HTTP-POST: its ACS URL',
    fix: 'Give metadata with an AssertionConsumerService for HTTP-POST: a Response is never sent as a redirect.',
    check: ofRole('sp', (role) => endpointFaults(role, 'AssertionConsumerService', [HTTP_POST])),
  }),
  metadataRule({
    id: 'saml/metadata-location',
    source: 'R044; SAML Metadata 2.2.2; RFC 3986 3; attack S99',
    title: 'The Location of an endpoint is an absolute URL, with a host, without credentials and fragment',
    fix: 'Write the whole URL, such as https://idp.example.com/saml/sso.',
    check: ofRole('any', ({ endpoints }) =>
      endpoints.flatMap(({ path, location }): readonly Fault[] => {
        const reason = locationFault(location)
        if (reason === undefined) return []
        return [
          {
            reason,
            path: `${path}/@Location`,
            expected: 'an absolute https URL',
            // A password is no secret of ours, but need not stand in a log.
            actual: reason === 'credentials' ? 'a URL with an @ before its host' : shown(location, 512),
            message: locationMessages[reason],
          },
        ]
      }),
    ),
  }),
  metadataRule({
    id: 'saml/metadata-location-http',
    severity: 'warning',
    source: 'attack S99',
    title: 'The Location of an endpoint is an https URL',
    fix: 'Serve the endpoint by https: over http anybody on the way reads and changes what is sent.',
    check: ofRole('any', ({ endpoints }) =>
      endpoints
        .filter(({ location }) => location !== undefined && isHTTP(location))
        .map(({ path, location }) => ({
          reason: 'http',
          path: `${path}/@Location`,
          expected: 'https',
          actual: locationFault(location) === 'credentials' ? 'http' : shown(location, 512),
          message: 'This endpoint is not protected.',
        })),
    ),
  }),
  metadataRule({
    id: 'saml/metadata-acs-index',
    source: 'SAML Metadata 2.2.3',
    title: 'Each AssertionConsumerService has an index of its own, from 0 to 65535',
    fix: 'Number them: index="0", index="1" and so on.',
    check: ofRole('sp', indexFaults),
  }),
  metadataRule({
    id: 'saml/metadata-nameid-format',
    source: 'R046; R002; R025; C06',
    title: 'Where an identity provider lists NameIDFormats, that of e-mail addresses is one of them',
    fix: `In the identity provider's console, set the NameID format to ${EMAIL_ADDRESS} (mostly called "EmailAddress"), and download the metadata anew.`,
    check: ofIdentityCenter(nameIDFormatFaults),
  }),
  metadataRule({
    id: 'saml/metadata-nameid-format-missing',
    severity: 'warning',
    source: 'R046',
    title: 'An identity provider lists its NameIDFormats',
    fix: `Check in the identity provider's console that the NameID format is ${EMAIL_ADDRESS}: the metadata does not say.`,
    check: ofIdentityCenter(({ nameIDFormats, path }) =>
      nameIDFormats.length > 0
        ? []
        : [
            {
              reason: 'missing',
              path: `${path}/NameIDFormat`,
              expected: EMAIL_ADDRESS,
              message: 'The metadata names no NameIDFormat.',
            },
          ],
    ),
  }),
]

export function readIndex(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined
}

function endpointFaults(
  { path, endpoints, endpointCount }: RoleReading,
  local: string,
  bindings: readonly string[],
): readonly Fault[] {
  if (endpoints.length > 0) return []
  const fault = { path: `${path}/${local}`, expected: bindings.join(' or ') }
  return endpointCount === 0
    ? [{ ...fault, reason: 'missing', message: `There is no ${local}.` }]
    : [{ ...fault, reason: 'binding', message: `No ${local} has a binding that a browser can be sent by.` }]
}

function indexFaults({ endpoints }: RoleReading): readonly Fault[] {
  const seen = new Set<number>()
  return endpoints.flatMap(({ path, index }): readonly Fault[] => {
    const fault = { path: `${path}/@index`, expected: '0 to 65535', actual: shown(index) }
    if (index === undefined) return [{ ...fault, reason: 'missing', message: 'The endpoint has no index.' }]
    const number = readIndex(index)
    if (number === undefined) return [{ ...fault, reason: 'malformed', message: 'This is no index.' }]
    if (seen.has(number))
      return [{ ...fault, reason: 'duplicate', message: 'Another endpoint has this index, too.' }]
    seen.add(number)
    return []
  })
}

function nameIDFormatFaults({ nameIDFormats, path }: RoleReading): readonly Fault[] {
  if (nameIDFormats.length === 0 || nameIDFormats.includes(EMAIL_ADDRESS)) return []
  const fault = {
    path: `${path}/NameIDFormat`,
    expected: EMAIL_ADDRESS,
    actual: nameIDFormats
      .slice(0, 5)
      .map((format) => shown(format))
      .join(', '),
  }
  return nameIDFormats.includes(EMAIL_ADDRESS_TYPO)
    ? [
        {
          ...fault,
          reason: 'documentation-typo',
          message: 'This is the URN as a troubleshooting page of AWS misprints it: "name" lacks its s.',
          fix: `Write urn:oasis:names:..., with an s: ${EMAIL_ADDRESS}.`,
        },
      ]
    : [{ ...fault, reason: 'other', message: 'Identity Center takes no other kind of NameID.' }]
}
