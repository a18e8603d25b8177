import type { LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { classify, type AddressClass } from './addresses.js'

/** The `code` of the error with which an address is refused. */
export const ADDRESS_REFUSED = 'ERR_ADDRESS_REFUSED'

export interface AddressAccess {
  /** Opens 127.0.0.0/8 and ::1, for tests. Default false. */
  readonly allowLoopback?: boolean | undefined
  /**
   * Opens RFC 1918, unique local and shared (100.64.0.0/10) addresses, for an issuer inside one's own network.
   * Default false.
   */
  readonly allowPrivateAddresses?: boolean | undefined
  /** Opens link-local addresses too, where clouds keep their metadata service. Default false. */
  readonly allowLinkLocalAddresses?: boolean | undefined
}

/** The classes of address that may be connected to. */
export function openedClasses(access: AddressAccess): ReadonlySet<AddressClass> {
  const opened = new Set<AddressClass>(['public'])
  if (access.allowLoopback === true) opened.add('loopback')
  if (access.allowPrivateAddresses === true) opened.add('private').add('unique-local').add('shared')
  if (access.allowLinkLocalAddresses === true) opened.add('link-local')
  return opened
}

class AddressRefused extends Error {
  readonly code = ADDRESS_REFUSED
}

class NoAddress extends Error {
  readonly code = 'ENOTFOUND'
}

/** Resolves as Node asks, one address or all, and refuses the name when any one of its addresses is not allowed. */
export function checkedLookup(lookup: LookupFunction, opened: ReadonlySet<AddressClass>): LookupFunction {
  return (hostname, asked, callback) => {
    lookup(hostname, { ...asked, all: true }, (error, found, family) => {
      // What a resolver of the caller's answers is not taken on trust: what is no address is refused as such.
      const addresses: LookupAddress[] = Array.isArray(found)
        ? found
        : [{ address: String(found), family: family ?? isIP(String(found)) }]
      const [first] = addresses
      const refusal =
        error ??
        refusalOf(
          addresses.map((entry) => String(entry?.address)),
          opened,
        )
      if (refusal || !first) callback(refusal ?? new NoAddress('The name has no address.'), [])
      else if (asked.all === true) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}

/** The error for the first address that is not allowed; undefined when all are. */
export function refusalOf(
  addresses: readonly string[],
  opened: ReadonlySet<AddressClass>,
): AddressRefused | undefined {
  const found = addresses.map(classify).find((name) => !opened.has(name))
  return found && new AddressRefused(`The address is not allowed (${found}).`)
}
