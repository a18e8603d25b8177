import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterAll, describe, expect, it } from 'vitest'
import { clients, exampleConfig, OTHER_KEY } from '../support/center.js'

// The built command in a process of its own: signals, exit codes and streams are what is tested.
const command = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'countersign-'))
const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

function start(...words: string[]): { child: ChildProcess; out: () => string; err: () => string } {
  const child = spawn(process.execPath, [command, 'center', ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let out = ''
  let err = ''
  child.stdout!.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr!.on('data', (chunk: Buffer) => (err += chunk.toString()))
  return { child, out: () => out, err: () => err }
}

async function url({ child, out, err }: ReturnType<typeof start>): Promise<string> {
  for (;;) {
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(out())?.[0]
    if (found !== undefined) return found
    if (child.exitCode !== null) throw new Error(`ended: ${err()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('countersign center', () => {
  it('serves the example, logs the rule with --verbose, and ends well on a signal', async () => {
    const running = start('--port', '0', '--verbose')
    const endpoint = await url(running)
    const identity = await clients(endpoint).sts.send(new GetCallerIdentityCommand({}))
    expect(identity.Arn).toBe('arn:aws:sts::111122223333:assumed-role/expense-app/local')
    const wrong = clients(endpoint, { ...OTHER_KEY, secretAccessKey: 'wrong-secret-wrong' })
    await expect(wrong.sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    })
    running.child.kill('SIGTERM')
    const [code] = (await once(running.child, 'exit')) as [number]
    expect(code).toBe(0)
    expect(running.err()).toContain('sigv4/signature (mismatch)')
    expect(running.out() + running.err()).not.toContain('local-secret')
  })

  it('tells all faults of a configuration, and ends with exit code 2', async () => {
    const file = join(folder, 'broken.json')
    writeFileSync(file, JSON.stringify({ ...exampleConfig(), Region: 'mars', AccessKeys: [{}] }))
    const running = start('--config', file)
    const [code] = (await once(running.child, 'close')) as [number]
    expect(code).toBe(2)
    for (const path of ['$.Region', '$.AccessKeys[0].AccessKeyId', '$.AccessKeys[0].PrincipalArn']) {
      expect(running.err()).toContain(path)
    }
  })

  it('says so when the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const running = start('--port', String((taken.address() as AddressInfo).port))
    const [code] = (await once(running.child, 'close')) as [number]
    expect(code).toBe(2)
    expect(running.err()).toContain('EADDRINUSE')
    taken.close()
  })

  it.each([[['--port', 'x']], [['--port', '70000']], [['file.json']], [['--config', '/nowhere.json']]])(
    'refuses %j',
    async (words) => {
      const [code] = (await once(start(...words).child, 'close')) as [number]
      expect(code).toBe(2)
    },
  )
})
