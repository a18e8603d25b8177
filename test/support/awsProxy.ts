import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { TLSSocket, createSecureContext, type SecureContext } from 'node:tls'
import forge from 'node-forge'

export interface AwsProxy {
  /** For HTTPS_PROXY. */
  readonly url: string
  /** The authority that signs for every host, in PEM: for AWS_CA_BUNDLE. */
  readonly ca: string
  /** Hosts of AWS that were asked for, in order. */
  readonly hosts: readonly string[]
  /** Other hosts that were asked for: nothing goes out to them. */
  readonly refused: readonly string[]
  stop(): Promise<void>
}

/** The hosts of the services that a center serves. */
const SERVED = /^(?:oidc|portal\.sso|sts)\.us-east-1\.amazonaws\.com$|^sts\.amazonaws\.com$/

/**
 * A proxy on 127.0.0.1 that ends TLS for the hosts of AWS and leads them to a center, so that clients whose endpoint cannot be set run
 * unchanged. Every other host is refused: no connection leaves this machine.
 */
export async function awsProxy(center: string): Promise<AwsProxy> {
  const authority = makeAuthority()
  const contexts = new Map<string, SecureContext>()
  const hosts: string[] = []
  const refused: string[] = []
  const sockets = new Set<Socket>()
  const port = Number(new URL(center).port)

  const server = createServer((_, outgoing) => outgoing.writeHead(405).end())
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('connect', ({ url = '' }: IncomingMessage, socket: Socket) => {
    socket.on('error', () => undefined)
    const [host = '', to] = url.split(':')
    if (!SERVED.test(host) || to !== '443') {
      refused.push(url)
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      return
    }
    hosts.push(host)
    const secureContext = contexts.get(host) ?? authority.contextFor(host)
    contexts.set(host, secureContext)
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    const secure = new TLSSocket(socket, { isServer: true, secureContext })
    const plain = connect(port, '127.0.0.1')
    for (const [one, other] of [
      [secure, plain],
      [plain, secure],
    ] as const) {
      one.on('error', () => other.destroySoon())
      one.once('close', () => other.destroySoon())
      one.pipe(other)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: authority.pem,
    hosts,
    refused,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** An authority for one run: its key is in memory alone. */
function makeAuthority(): { readonly pem: string; contextFor(host: string): SecureContext } {
  const keys = (): {
    pem: string
    privateKey: forge.pki.rsa.PrivateKey
    publicKey: forge.pki.rsa.PublicKey
  } => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    const read = forge.pki.privateKeyFromPem(pem)
    return { pem, privateKey: read, publicKey: forge.pki.setRsaPublicKey(read.n, read.e) }
  }
  const name = [{ shortName: 'CN', value: 'Countersign test authority' }]
  const own = keys()
  let serial = 1
  const certificate = (
    subject: forge.pki.CertificateField[],
    key: forge.pki.rsa.PublicKey,
    extensions: object[],
  ): string => {
    const made = forge.pki.createCertificate()
    made.publicKey = key
    made.serialNumber = String(serial++).padStart(2, '0')
    made.validity.notBefore = new Date(Date.now() - 86_400_000)
    made.validity.notAfter = new Date(Date.now() + 86_400_000)
    made.setSubject(subject)
    made.setIssuer(name)
    made.setExtensions(extensions)
    made.sign(own.privateKey, forge.md.sha256.create())
    return forge.pki.certificateToPem(made)
  }
  const pem = certificate(name, own.publicKey, [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ])
  return {
    pem,
    contextFor: (host) => {
      const leaf = keys()
      const cert = certificate([{ shortName: 'CN', value: host }], leaf.publicKey, [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        { name: 'subjectAltName', altNames: [{ type: 2, value: host }] },
      ])
      return createSecureContext({ key: leaf.pem, cert })
    },
  }
}
