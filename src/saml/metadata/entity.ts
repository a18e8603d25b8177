import { HTTP_POST, HTTP_REDIRECT } from '../names.js'
import { attributeOf } from '../xml/query.js'
import { durationSeconds } from '../../core/duration.js'
import { readIndex } from './endpointRules.js'
import { readBoolean } from './entityRules.js'
import type { EntityReading, RoleReading } from './read.js'
import { certificatesIn } from './subject.js'
import type { EntityMetadata, IdentityProviderMetadata, ServiceProviderMetadata } from './types.js'

/** What a reading says that no rule refused. */
export function entityOf(entity: EntityReading, verifiedBy: string | undefined): EntityMetadata {
  const { entityID, roles, validity } = entity
  if (entityID === undefined) throw new Error('Metadata was asked of a refused document.')
  const until = earliest(validity.map(({ validUntil }) => validUntil?.at))
  const cache = earliest(validity.map(({ cacheDuration }) => secondsOf(cacheDuration)))
  const idp = roles.find(({ kind }) => kind === 'idp')
  const sp = roles.find(({ kind }) => kind === 'sp')
  return Object.freeze({
    entityID,
    ...(until === undefined ? {} : { validUntil: until }),
    ...(cache === undefined ? {} : { cacheDurationSeconds: cache }),
    ...(idp === undefined ? {} : { idp: providerOf(idp) }),
    ...(sp === undefined ? {} : { sp: serviceOf(sp) }),
    ...(verifiedBy === undefined ? {} : { verifiedBy }),
  })
}

function providerOf(role: RoleReading): IdentityProviderMetadata {
  return Object.freeze({
    certificates: trustedOf(role),
    singleSignOnServices: frozen(
      role.endpoints.map(({ binding, location = '' }) =>
        Object.freeze({ binding: binding === HTTP_POST ? HTTP_POST : HTTP_REDIRECT, location }),
      ),
    ),
    nameIDFormats: frozen([...role.nameIDFormats]),
    wantAuthnRequestsSigned: flagOf(role, 'WantAuthnRequestsSigned'),
  })
}

function serviceOf(role: RoleReading): ServiceProviderMetadata {
  return Object.freeze({
    certificates: trustedOf(role),
    assertionConsumerServices: frozen(
      role.endpoints.map(({ location = '', index, isDefault }) =>
        Object.freeze({
          binding: HTTP_POST,
          location,
          index: readIndex(index) ?? 0,
          isDefault: isDefault !== undefined && readBoolean(isDefault) === true,
        }),
      ),
    ),
    nameIDFormats: frozen([...role.nameIDFormats]),
    authnRequestsSigned: flagOf(role, 'AuthnRequestsSigned'),
    wantAssertionsSigned: flagOf(role, 'WantAssertionsSigned'),
  })
}

function trustedOf(role: RoleReading): IdentityProviderMetadata['certificates'] {
  return frozen(certificatesIn(role).map(({ certificate }) => certificate))
}

function flagOf({ element }: RoleReading, name: string): boolean {
  const value = attributeOf(element, name)
  return value !== undefined && readBoolean(value) === true
}

function secondsOf(duration: string | undefined): number | undefined {
  const seconds = duration === undefined ? undefined : durationSeconds(duration)
  return typeof seconds === 'number' ? seconds : undefined
}

function earliest(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((number) => number !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

function frozen<T>(list: T[]): readonly T[] {
  return Object.freeze(list)
}
