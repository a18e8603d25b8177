import { mkdir, rm, writeFile } from 'node:fs/promises'
import { pictures } from './pictures.js'
import { rulesPages } from './rulesPages.js'

await rm('docs/rules', { recursive: true, force: true })
await mkdir('docs/rules')
await mkdir('docs/img', { recursive: true })
for (const [file, text] of [...rulesPages(), ...pictures()]) await writeFile(file, text)
