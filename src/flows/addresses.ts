import { BlockList, isIP } from 'node:net'

/** What an IP address is for, by the IANA special-purpose registries; only `public` leads out to the Internet. */
export type AddressClass =
  | 'public'
  | 'loopback'
  | 'private'
  | 'link-local'
  | 'unique-local'
  | 'shared'
  | 'unspecified'
  | 'protocol'
  | 'documentation'
  | 'benchmarking'
  | 'multicast'
  | 'broadcast'
  | 'reserved'
  | 'translation'
  | 'discard'
  | 'invalid'

type Row = readonly [AddressClass, ...(readonly string[])]

// The first row that holds an address names it, so narrow blocks stand before the wide ones around them.
const ipv4 = tables('ipv4', [
  // Metadata services of clouds, which are to be reached like those at link-local addresses.
  ['link-local', '100.100.100.200/32', '168.63.129.16/32'],
  ['broadcast', '255.255.255.255/32'],
  ['loopback', '127.0.0.0/8'],
  ['private', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
  ['link-local', '169.254.0.0/16'],
  ['shared', '100.64.0.0/10'],
  ['unspecified', '0.0.0.0/8'],
  ['protocol', '192.0.0.0/24'],
  ['documentation', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'],
  ['benchmarking', '198.18.0.0/15'],
  ['translation', '192.88.99.0/24'],
  ['multicast', '224.0.0.0/4'],
  ['reserved', '240.0.0.0/4'],
])

const ipv6 = tables('ipv6', [
  ['link-local', 'fd00:ec2::254/128', 'fd20:ce::254/128'],
  ['unspecified', '::/128'],
  ['loopback', '::1/128'],
  ['unique-local', 'fc00::/7'],
  ['link-local', 'fe80::/10'],
  ['multicast', 'ff00::/8'],
  ['documentation', '2001:db8::/32', '3fff::/20'],
  // These carry an IPv4 address inside, which a gateway on the way would connect to: NAT64, Teredo, 6to4.
  ['translation', '64:ff9b::/96', '64:ff9b:1::/48', '2001::/32', '2002::/16'],
  ['benchmarking', '2001:2::/48'],
  ['protocol', '2001::/23'],
  ['discard', '100::/64'],
  ['public', '2000::/3'],
])

const mapped = tables('ipv6', [['public', '::ffff:0:0/96']])

/**
 * The class of an IP address as text. An IPv4-mapped IPv6 address is judged by the IPv4 address in it. Of IPv6 only the
 * global unicast block 2000::/3 can be public: what nobody has assigned is `reserved`.
 */
export function classify(ip: string): AddressClass {
  // A zone (`fe80::1%eth0`) only means something on a link.
  if (ip.includes('%')) return isIP(ip) === 6 ? 'link-local' : 'invalid'
  switch (isIP(ip)) {
    case 4:
      return lookUp(ipv4, ip, 'ipv4') ?? 'public'
    case 6:
      // A block list of IPv4 subnets also answers for the mapped form.
      if (lookUp(mapped, ip, 'ipv6')) return lookUp(ipv4, ip, 'ipv6') ?? 'public'
      return lookUp(ipv6, ip, 'ipv6') ?? 'reserved'
    default:
      return 'invalid'
  }
}

export function isPublicAddress(ip: string): boolean {
  return classify(ip) === 'public'
}

type Table = readonly (readonly [AddressClass, BlockList])[]

function tables(family: 'ipv4' | 'ipv6', rows: readonly Row[]): Table {
  return rows.map(([name, ...subnets]) => {
    const list = new BlockList()
    for (const subnet of subnets) {
      const [network = '', prefix] = subnet.split('/')
      list.addSubnet(network, Number(prefix), family)
    }
    return [name, list]
  })
}

function lookUp(table: Table, ip: string, family: 'ipv4' | 'ipv6'): AddressClass | undefined {
  return table.find(([, list]) => list.check(ip, family))?.[0]
}
