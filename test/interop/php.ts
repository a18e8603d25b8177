import { fileURLToPath } from 'node:url'
import { run, type Ran } from '../support/peers.js'
import { askProcess } from './askProcess.js'

/** Whether SimpleSAMLphp's classes can be loaded. */
export const loads = (): Promise<Ran> =>
  run('php', [
    '-r',
    "require '/usr/share/simplesamlphp/lib/_autoload.php'; exit(class_exists('SAML2\\\\Response') && extension_loaded('dom') ? 0 : 1);",
  ])

/** As `ask` of python.ts, of a script in PHP. */
export function askPHP<Answer>(script: string, questions: readonly object[]): Promise<Answer[]> {
  return askProcess('php', [fileURLToPath(new URL(`./peers/${script}`, import.meta.url))], questions)
}
