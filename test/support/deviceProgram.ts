// A program that a person interrupts: run by signInWithDevice.test.ts with the endpoint as its argument.
import { signInWithDevice } from '../../src/flows/index.js'

const off = new AbortController()
process.once('SIGINT', () => off.abort())
const verdict = await signInWithDevice(
  {
    endpoint: process.argv.at(-1) ?? '',
    startUrl: 'https://d-1234567890.awsapps.com/start',
    clientName: 'Test',
  },
  {
    onCode: ({ userCode }) => void process.stdout.write(`${userCode}\n`),
    onProgress: () => void process.stdout.write('waiting\n'),
    signal: off.signal,
  },
)
process.stdout.write(`${verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`).join()}\n`)
process.exitCode = verdict.ok ? 0 : 1
