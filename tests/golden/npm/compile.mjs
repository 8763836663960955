// Compiles MJML with the official engine: node compile.mjs in.mjml out.html
// Fonts are switched off as in mailer.compose.mjml, so that no address of a third party appears.
import { readFileSync, writeFileSync } from 'node:fs'
import mjml2html from 'mjml'

const [source, target] = process.argv.slice(2)
if (!source || !target) {
  console.error('usage: node compile.mjs in.mjml out.html')
  process.exit(2)
}
const { html, errors } = await mjml2html(readFileSync(source, 'utf8'), {
  fonts: {},
  ignoreIncludes: true,
  validationLevel: 'soft',
})
for (const error of errors) console.error(`${source}:${error.line} ${error.tagName}: ${error.message}`)
if (errors.length > 0) process.exit(1)
writeFileSync(target, html)
