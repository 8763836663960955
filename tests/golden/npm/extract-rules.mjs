// Writes the validator's table from npm mjml's own classes:
// node tests/golden/npm/extract-rules.mjs > mailer/compose/mjml/rules.json
// Per component: whether its content is opaque ("ending tag"), its children, its typed attributes.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const { components, dependencies } = require('mjml-preset-core')
const { version } = require('mjml/package.json')
const colours = require('mjml-core/lib/types/helpers/colors')

const described = components.map((component) => [
  component.componentName,
  {
    ending: Boolean(component.endingTag),
    children: (dependencies[component.componentName] ?? []).filter((child) => typeof child === 'string').sort(),
    attributes: component.allowedAttributes ?? {},
  },
])
described.push(['mjml', { ending: false, children: dependencies.mjml.slice().sort(), attributes: {} }])
described.sort(([one], [other]) => (one < other ? -1 : 1))

// One line per component: readable, and its diff tells what a new version changes.
const lines = described.map(([name, rules]) => `    ${JSON.stringify(name)}: ${JSON.stringify(rules)}`)
console.log(`{\n  "mjml": ${JSON.stringify(version)},\n  "colours": ${JSON.stringify(colours.join(' '))},\n  "components": {\n${lines.join(',\n')}\n  }\n}`)
