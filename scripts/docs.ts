import { mkdir, rm, writeFile } from 'node:fs/promises'
import { rulesPages } from './rulesPages.js'

await rm('docs/rules', { recursive: true, force: true })
await mkdir('docs/rules')
for (const [file, text] of rulesPages()) await writeFile(file, text)
