import { writeFile } from 'node:fs/promises'
import { rulesMarkdown } from './rulesMarkdown.js'

await writeFile('docs/rules.md', rulesMarkdown())
