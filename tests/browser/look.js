// What a person would see, measured: each function answers a question of the tests with plain values.

const look = {
  // what sticks out of the window on a side
  overflow() {
    const wide = [...document.body.querySelectorAll("*")].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && (box.left < -0.5 || box.right > innerWidth + 0.5);
    });
    const page = document.documentElement.scrollWidth > innerWidth ? ["the page"] : [];
    return [...page, ...wide.map((element) => element.outerHTML.slice(0, 120))];
  },

  // every run of visible words: its colour, what lies behind, its size and line height in px
  texts() {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const words = walker.currentNode.data.trim();
      const range = document.createRange();
      range.selectNode(walker.currentNode);
      if (words && range.getClientRects().length) found.push(run(words, walker.currentNode.parentElement));
    }
    for (const item of document.querySelectorAll("li")) {
      found.push({ ...run(`mark of: ${item.innerText}`, item), colour: rgb(getComputedStyle(item, "::marker").color) });
    }
    for (const image of document.images) {
      if (!image.naturalWidth && image.alt) found.push(run(image.alt, image));
    }
    return found;
  },

  // links and buttons: how they are told from words, and the size of their target
  links() {
    return [...document.links].map((link) => {
      const style = getComputedStyle(link);
      const plate = [link, link.parentElement].find(painted);
      const block = closest(link, (element) => getComputedStyle(element).display !== "inline");
      return {
        words: link.innerText.trim(),
        href: link.getAttribute("href"),
        underlined: style.textDecorationLine.includes("underline"),
        button: plate ? { edge: edge(plate), ground: ground(plate.parentElement) } : null,
        alone: block.innerText.trim() === link.innerText.trim(),
        height: link.getBoundingClientRect().height,
        width: link.getBoundingClientRect().width,
      };
    });
  },

  headings() {
    return [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].map((heading) => ({
      level: Number(heading.localName[1]),
      words: heading.innerText.trim(),
    }));
  },

  // images, with the room that the words in their place would need
  pictures() {
    return [...document.images].map((image) => {
      const box = image.getBoundingClientRect();
      return { alt: image.alt, shown: image.naturalWidth > 0, width: box.width, height: box.height, ...room(image) };
    });
  },

  words() {
    return document.body.innerText.split(/\s+/).filter(Boolean);
  },

  // the page as a whole
  page() {
    return { language: document.documentElement.lang, title: document.title, ground: ground(document.body) };
  },

  // whatever could run, ask, or fetch by itself
  dangers() {
    const elements = document.querySelectorAll("script,iframe,object,embed,form,input,link,base,meta[http-equiv=refresh]");
    const all = [...document.querySelectorAll("*")];
    const handlers = all.flatMap((one) => one.getAttributeNames().filter((name) => name.startsWith("on")));
    const addresses = [...document.links]
      .map((link) => link.getAttribute("href"))
      .filter((href) => !/^(https?:|mailto:|#)/.test(href));
    const styles = all.map((one) => (one.localName === "style" ? one.textContent : one.getAttribute("style") || ""));
    const fetched = styles.filter((text) => /url\(|@import|expression\(/i.test(text));
    return [...[...elements].map((one) => one.outerHTML), ...handlers, ...addresses, ...fetched];
  },

  // where to cut a picture `limit` px high at most: below a paragraph, or at the end when `limit` is 0
  cut(limit) {
    const whole = document.documentElement.scrollHeight;
    const feet = [...document.querySelectorAll("p,li,table.tb")].map((one) => one.getBoundingClientRect().bottom + 8);
    return Math.round(Math.max(...feet.filter((foot) => foot < (limit || whole)), limit ? 0 : whole));
  },

  // one of each danger, to see that they are seen
  endanger() {
    document.body.insertAdjacentHTML(
      "beforeend",
      `<script></script><p onclick="" style="background:url(x.png)"><a href="javascript:0">x</a></p>`,
    );
  },

  // a reader's own spacing of letters, words, lines and paragraphs (WCAG 1.4.12)
  spaceOut() {
    const style = document.createElement("style");
    style.textContent = `* { letter-spacing: .12em !important; word-spacing: .16em !important;
      line-height: 1.5 !important } p { margin-bottom: 2em !important }`;
    document.head.append(style);
  },

  // Outlook.com's marks: it has changed colours of text (ogsc) and of backgrounds (ogsb)
  markAsOutlook() {
    document.documentElement.setAttribute("data-ogsc", "");
    document.documentElement.setAttribute("data-ogsb", "");
  },
};

function run(words, element) {
  const style = getComputedStyle(element);
  return {
    words: words.slice(0, 60),
    colour: rgb(style.color),
    ground: ground(element),
    size: parseFloat(style.fontSize),
    leading: parseFloat(style.lineHeight),
    bold: Number(style.fontWeight) >= 700,
    place: closest(element, (one) => /^(h[1-6]|pre|code|table|a)$/.test(one.localName) && !one.role)?.localName || "",
  };
}

// the first opaque background from `element` upwards; what these mails do not use is not guessed
function ground(element) {
  const layer = closest(element, (one) => {
    const style = getComputedStyle(one);
    if (style.backgroundImage !== "none" || style.opacity !== "1") throw Error(`cannot see through ${one.outerHTML}`);
    return rgb(style.backgroundColor) !== null;
  });
  return layer && rgb(getComputedStyle(layer).backgroundColor);
}

function closest(element, suits) {
  while (element && !suits(element)) element = element.parentElement;
  return element;
}

// [red, green, blue], or null when transparent
function rgb(colour) {
  const [red, green, blue, opacity = 1] = colour.match(/[\d.]+/g).map(Number);
  if (opacity !== 0 && opacity !== 1) throw Error(`half transparent: ${colour}`);
  return opacity ? [red, green, blue] : null;
}

// whether `element` looks like a button: its own fill, or a border all around
function painted(element) {
  const style = getComputedStyle(element);
  const around = ["Top", "Right", "Bottom", "Left"].every((side) => parseFloat(style[`border${side}Width`]) > 0);
  const fill = rgb(style.backgroundColor);
  return around || (fill && String(fill) !== String(ground(element.parentElement)));
}

function edge(element) {
  const style = getComputedStyle(element);
  return parseFloat(style.borderTopWidth) ? rgb(style.borderTopColor) : rgb(style.backgroundColor);
}

// the height of the words that stand for `image` in a box of its width, and the width of the longest one
function room(image) {
  const style = getComputedStyle(image);
  const box = document.createElement("div");
  for (const name of ["fontFamily", "fontSize", "fontWeight", "lineHeight", "letterSpacing"]) box.style[name] = style[name];
  box.textContent = image.alt;
  document.body.append(box);
  box.style.width = `${image.clientWidth}px`;
  const height = box.scrollHeight;
  box.style.width = "min-content";
  const width = box.getBoundingClientRect().width;
  box.remove();
  return { wordsHeight: height, wordsWidth: width };
}
