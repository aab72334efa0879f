// Opens a report of 200 containers in a headless Chromium, as a stranger's names, a keyboard and a screen reader find it:
//   node test.mjs PAGE CHROMIUM [FOLDER for screenshots]
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';
import puppeteer from 'puppeteer-core';

const [page, chromium, pictures] = process.argv.slice(2);
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const browser = await puppeteer.launch({
  executablePath: chromium,
  // a page of this size keeps axe-core busy for a while
  protocolTimeout: 900_000,
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});

// Opens the page, and fails on whatever it says or asks for.
async function open({width = 1440, dark = false, script = true, media = 'screen', hash = ''} = {}) {
  const tab = await browser.newPage();
  const said = [];
  const asked = [];
  tab.on('console', message => said.push(message.text()));
  tab.on('pageerror', error => said.push(String(error)));
  tab.on('dialog', dialog => { said.push('a dialog: ' + dialog.message()); dialog.dismiss(); });
  tab.on('request', request => asked.push(request.url()));
  await tab.setViewport({width, height: 900});
  await tab.setJavaScriptEnabled(script);
  await tab.emulateMediaFeatures([{name: 'prefers-color-scheme', value: dark ? 'dark' : 'light'}]);
  const metrics = await tab.createCDPSession();
  await metrics.send('Performance.enable', {timeDomain: 'threadTicks'});
  await tab.goto(pathToFileURL(page).href + hash, {waitUntil: 'load', timeout: 120_000});
  // takes back which colours are preferred
  if (media !== 'screen') await tab.emulateMediaType(media);
  if (script) await tab.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
  // the time of a processor, so that a busy machine changes nothing
  const took = async () => (await metrics.send('Performance.getMetrics')).metrics.find(one => one.name === 'TaskDuration').value * 1000;
  return {tab, said, asked, took: await took()};
}

// Nothing was said on the console, and nothing was asked for but the page itself and its empty icon.
function assertQuiet({said, asked}) {
  assert.deepEqual(said, []);
  assert.deepEqual(asked.filter(url => !url.startsWith('data:')).length, 1, asked.join('\n'));
}

async function shoot(tab, name) {
  if (pictures) await tab.screenshot({path: path.join(pictures, name + '.png')});
}

const tests = {
  async 'is below 2 MB and opens within a second'() {
    assert.ok(fs.statSync(page).size < 2_000_000, `${fs.statSync(page).size} bytes`);
    const times = [];
    for (let i = 0; i < 3; i++) {
      const seen = await open();
      times.push(Math.round(seen.took));
      assertQuiet(seen);
      await seen.tab.close();
    }
    console.log(`  opened in ${times.join(', ')} ms of a processor`);
    assert.ok(Math.min(...times) < 1000, `${times} ms`);
  },

  async 'has no violation that axe-core knows, wide and light, narrow and dark'() {
    for (const [width, dark] of [[1440, false], [360, true]]) {
      const seen = await open({width, dark});
      await shoot(seen.tab, `${width}-${dark ? 'dark' : 'light'}`);
      // axe-core reads fifty as it reads two hundred, each recording and each attack among them
      const left = await seen.tab.evaluate(() => {
        for (const one of document.querySelectorAll('tr[data-state], .matrix tbody tr, details[data-c]')) {
          if (/c(\d{4})/.exec(one.textContent)[1] >= 50) one.remove();
        }
        return document.querySelectorAll('tr[data-state], .matrix tbody tr, details[data-c]').length;
      });
      assert.equal(left, 3 * 50);
      await seen.tab.evaluate(() => { for (const one of [...document.querySelectorAll('details.cause, details[data-c]')].slice(0, 16)) one.open = true; });
      await seen.tab.evaluate(axe);
      const result = await seen.tab.evaluate(() => axe.run(document, {resultTypes: ['violations']}));
      assert.deepEqual(result.violations.map(one => one.id + ': ' + one.nodes[0].html + ' ' + one.nodes[0].failureSummary), []);
      assert.ok(result.passes.length > 15);
      await seen.tab.close();
    }
  },

  async 'a name does nothing, and is shown'() {
    const seen = await open();
    const found = await seen.tab.evaluate(() => ({
      title: document.title,
      scripts: document.scripts.length,
      images: document.images.length,
      handlers: [...document.querySelectorAll('*')].filter(one => [...one.attributes].some(a => a.name.startsWith('on'))).length,
      links: [...document.links].filter(one => !one.getAttribute('href').startsWith('#c')).length,
      text: document.body.textContent,
    }));
    assert.match(found.title, /^capdrop report: 20[0-9] recordings$/);
    assert.deepEqual([found.scripts, found.images, found.handlers, found.links], [1, 0, 0, 0]);
    for (const shown of ['<script>document.title="owned"</script>', '"><img src=x onerror=', '{{data}}{{{data}}}', 'a<U+202E>gnp.exe', 'b<U+2066>\\x00\\x1b[31mred']) {
      assert.ok(found.text.includes(shown), shown);
    }
    assert.doesNotMatch(found.text, /[\u202a-\u202e\u2066-\u2069\u0000-\u0008\u001b]/);
    assertQuiet(seen);
    await seen.tab.close();
  },

  // A second lock behind the escaping: what somebody smuggled in all the same would not run, nor be loaded.
  async 'the policy of the page forbids what the page does not have'() {
    const seen = await open();
    await seen.tab.evaluate(() => {
      document.body.insertAdjacentHTML('beforeend', '<img src="https://example.invalid/x.png"><div style="color:red" onclick="document.title=1" id="evil"></div><iframe src="https://example.invalid/"></iframe>');
      document.getElementById('evil').click();
      const script = document.createElement('script');
      script.textContent = 'document.title = "owned"';
      document.body.append(script);
    });
    await new Promise(done => setTimeout(done, 300));
    assert.match(await seen.tab.title(), /^capdrop report/);
    assert.ok(seen.said.length >= 3, seen.said.join('\n'));
    await seen.tab.close();
  },

  async 'is filtered and sorted by the keyboard alone'() {
    const seen = await open();
    const {tab} = seen;
    const visible = () => tab.evaluate(() => [...document.querySelectorAll('tr[data-state]:not([hidden]) th')].map(one => one.textContent));
    const all = await visible();
    assert.equal(all.length, 200);
    const hosts = () => tab.evaluate(() => document.querySelectorAll('.list tbody').length);
    const before = await hosts();
    assert.ok(before > 1, `${before} hosts`);
    const press = async until => {
      for (let i = 0; i < 200; i++) {
        await tab.keyboard.press('Tab');
        if (await tab.evaluate(until)) return;
      }
      assert.fail('the keyboard does not reach ' + until);
    };
    await press(() => document.activeElement.id === 'words');
    await tab.keyboard.type('c0042');
    assert.equal((await visible()).length, 1);
    assert.equal(await tab.evaluate(() => document.querySelectorAll('.matrix tbody tr:not([hidden])').length), 1);
    assert.equal(await tab.evaluate(() => document.querySelectorAll('details[data-c]:not([hidden])').length), 1);
    assert.equal(await tab.$eval('#shown', one => one.textContent), '1 of 200 containers');
    for (let i = 0; i < 5; i++) await tab.keyboard.press('Backspace');
    assert.equal((await visible()).length, 200);
    await press(() => document.activeElement.id === 'state');
    await tab.keyboard.type('degraded');
    const degraded = (await visible()).length;
    assert.ok(degraded > 0 && degraded < 200, `${degraded} degraded`);
    await tab.keyboard.press('Home');
    await press(() => document.activeElement.textContent === 'Findings');
    const numbers = () => tab.evaluate(() => [...document.querySelectorAll('.list tbody')].map(host => [...host.querySelectorAll('tr[data-state] td:nth-child(3)')].map(one => Number(one.textContent))));
    await tab.keyboard.press('Enter');
    assert.deepEqual(await numbers(), (await numbers()).map(host => host.toSorted((a, b) => a - b)));
    await tab.keyboard.press('Space');
    assert.deepEqual(await numbers(), (await numbers()).map(host => host.toSorted((a, b) => b - a)));
    assert.equal(await hosts(), before);
    assert.match(await tab.$eval('.list tbody tr', one => one.textContent), /^Host pve1: /);
    assert.equal(await tab.$eval('th[aria-sort]', one => one.getAttribute('aria-sort')), 'descending');
    assertQuiet(seen);
    await tab.close();
  },

  async 'is read without a script'() {
    const seen = await open({script: false});
    const {tab} = seen;
    const client = await tab.createCDPSession();
    const {root} = await client.send('DOM.getDocument', {depth: 1});
    const {outerHTML} = await client.send('DOM.getOuterHTML', {nodeId: root.nodeId});
    assert.match(outerHTML, /<form id="filter" role="search" hidden/);
    assert.equal(outerHTML.match(/<details data-c=/g).length, 200);
    await shoot(tab, 'without-script');
    await tab.close();
  },

  async 'fits a phone, and is printed whole'() {
    const phone = await open({width: 360});
    const wide = await phone.tab.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${wide} pixels`);
    await shoot(phone.tab, 'phone');
    // a row was up to 590 pixels high, and nearly all of it empty: that of a long name most of all
    const high = await phone.tab.evaluate(() => [...document.querySelectorAll('tr[data-c]')].map(one => one.getBoundingClientRect().height));
    assert.equal(high.length, 400);
    assert.ok(Math.max(...high) < 300, `a row of ${Math.max(...high)} pixels`);
    await phone.tab.close();
    const printed = await open({media: 'print'});
    assert.ok(await printed.tab.evaluate(() => matchMedia('print').matches));
    const hidden = await printed.tab.evaluate(() => [...document.querySelectorAll('details')].filter(one => one.getBoundingClientRect().height < 40 && one.querySelector('li')).length);
    assert.equal(hidden, 0);
    assert.equal(await printed.tab.evaluate(() => getComputedStyle(document.getElementById('filter')).display), 'none');
    await printed.tab.close();
  },

  async 'a cause is told in words, and leads to its containers'() {
    const seen = await open();
    const {tab} = seen;
    await tab.evaluate(() => document.querySelector('details.cause summary').click());
    const link = await tab.$eval('details.cause', one => ({open: one.open, words: one.querySelector('summary').textContent, to: one.querySelector('a').getAttribute('href')}));
    assert.ok(link.open);
    assert.match(link.words, /^a unit.* \d+ findings, \d+ containers$/);
    await tab.evaluate(() => document.querySelector('details.cause a').click());
    await tab.waitForFunction(to => document.querySelector(to).closest('details').open, {}, link.to);
    assertQuiet(seen);
    await tab.close();
  },

  async 'an old recording looks old, and a line of a journal is quoted'() {
    const seen = await open();
    const found = await seen.tab.evaluate(() => ({
      old: [...document.querySelectorAll('.list .old')].length,
      colour: getComputedStyle(document.querySelector('.list .old')).backgroundColor,
      total: document.querySelector('.totals .old').textContent,
      logged: [...document.querySelectorAll('.place')].filter(one => one.textContent.startsWith('> ')).length,
    }));
    assert.ok(found.old > 0 && found.logged > 0, JSON.stringify(found));
    assert.equal(found.total, `${found.old} recorded a week ago or earlier`);
    assert.notEqual(found.colour, 'rgba(0, 0, 0, 0)');
    await seen.tab.close();
  },

  async 'a link to a container unfolds it'() {
    const seen = await open({hash: '#c7'});
    assert.ok(await seen.tab.$eval('#c7', one => one.closest('details').open));
    await seen.tab.close();
  },
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  try {
    await test();
    console.log('ok: ' + name);
  } catch (error) {
    failed++;
    console.log('FAILED: ' + name + '\n' + String(error.message).slice(0, 3000));
  }
}
await browser.close();
process.exit(failed ? 1 : 0);
