import type { Json } from '../vector.js'
import type { Members } from '../world.js'

export const USER_NAME = 'ada@example.com'
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** A SCIM user with every attribute that can become a tag. */
export function scimUser(more: Members = {}, enterprise: Members = {}): Members {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE],
    id: '11111111-2222-4333-8444-555555555555',
    userName: USER_NAME,
    name: { familyName: 'Lovelace', givenName: 'Ada' },
    displayName: 'Ada Lovelace',
    nickName: 'Countess',
    emails: [{ value: USER_NAME, type: 'work', primary: true }],
    addresses: [
      {
        type: 'work',
        streetAddress: '12 St James Square',
        locality: 'London',
        region: 'Westminster',
        postalCode: 'SW1Y 4JH',
        country: 'GB',
        formatted: '12 St James Square - London',
      },
    ],
    phoneNumbers: [{ value: '+44 20 7946 0000', type: 'work' }],
    userType: 'Employee',
    title: 'Analyst',
    locale: 'en-GB',
    timezone: 'Europe/London',
    active: true,
    [ENTERPRISE]: {
      employeeNumber: '1815',
      costCenter: 'blue',
      organization: 'Engines',
      division: 'Analytical',
      department: 'billing',
      manager: { value: '22222222-2222-4333-8444-555555555555' },
      ...enterprise,
    },
    ...more,
  }
}

/** The same person as Identity Store's DescribeUser answers, asked for the enterprise extension. */
export function storeUser(more: Members = {}, enterprise: Members = {}): Members {
  return {
    UserId: '11111111-2222-4333-8444-555555555555',
    UserName: USER_NAME,
    Name: { FamilyName: 'Lovelace', GivenName: 'Ada' },
    DisplayName: 'Ada Lovelace',
    NickName: 'Countess',
    Emails: [{ Value: USER_NAME, Type: 'work', Primary: true }],
    Addresses: [
      {
        Type: 'work',
        StreetAddress: '12 St James Square',
        Locality: 'London',
        Region: 'Westminster',
        PostalCode: 'SW1Y 4JH',
        Country: 'GB',
        Formatted: '12 St James Square - London',
      },
    ],
    PhoneNumbers: [{ Value: '+44 20 7946 0000', Type: 'work' }],
    UserType: 'Employee',
    Title: 'Analyst',
    Locale: 'en-GB',
    Timezone: 'Europe/London',
    UserStatus: 'ENABLED',
    Extensions: {
      'aws:identitystore:enterprise': {
        employeeNumber: '1815',
        costCenter: 'blue',
        organization: 'Engines',
        division: 'Analytical',
        department: 'billing',
        manager: { value: '22222222-2222-4333-8444-555555555555' },
        ...enterprise,
      },
    },
    ...more,
  }
}

/** A configuration that takes each key from a path, such as `enterprise.costCenter`. */
export function configuration(keys: Readonly<Record<string, string>>): Members {
  return {
    AccessControlAttributes: Object.entries(keys).map(([Key, path]) => ({
      Key,
      Value: { Source: [path === '' ? '' : `\${path:${path}}`] },
    })),
  }
}

/** One attribute as sso-admin has it, whatever its key and sources. */
export function attribute(Key: Json | undefined, Source: Json | undefined): Members {
  return { Key, Value: { Source } }
}

export function saml(accessControl: Readonly<Record<string, string>>, nameID = USER_NAME): Members {
  return { protocol: 'saml', nameID, accessControl }
}

export function tag(key: string, value: string, source: 'directory' | 'assertion'): Members {
  return { key, value, source }
}
