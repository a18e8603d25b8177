// node examples/express-saml/start.mjs: an identity provider and an app, and a key for the provider, made anew.
import { createServer } from 'node:http'
import { generateSigningKeyPair, randomSerialNumber } from 'countersign/flows'
import { activeCertificate, generateCertificate, outboundSet } from 'countersign/saml'
import { createApp } from './app.mjs'
import { identityProvider } from './identityProvider.mjs'

/** A server on this machine; the app that it serves is made once its address is known. */
async function listen(port, host) {
  const server = createServer()
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return { server, url: `http://${host}:${server.address().port}` }
}

const keyPair = await generateSigningKeyPair()
const generated = await generateCertificate({
  set: outboundSet({ application: 'ledger' }),
  keyPair,
  serialNumber: randomSerialNumber(),
  now: Math.floor(Date.now() / 1000),
})
const { certificate } = activeCertificate(generated.set)
const privateKey = keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' })

// Two names of one machine: for a browser they are two sites, as a provider and an app are.
const app = await listen(Number(process.env.PORT ?? 9430), 'localhost')
const provider = await listen(Number(process.env.IDP_PORT ?? 9431), '127.0.0.1')

const sp = { entityID: `${app.url}/saml/metadata`, acsURL: `${app.url}/saml/acs` }
const idp = identityProvider({ url: provider.url, privateKey, certificate: certificate.pem, sp })
provider.server.on('request', idp.app)

const { entityID, ssoURL } = idp
const onRefused = ({ status, path, findings }) => {
  console.log(`${status} ${path}: ${findings.map(({ rule, reason }) => `${rule} (${reason})`).join(', ')}`)
}
app.server.on(
  'request',
  createApp({ url: app.url, idp: { entityID, ssoURL, certificates: [certificate] }, onRefused }),
)
console.log(`Identity provider  ${provider.url}`)
console.log(`Open               ${app.url}`)
