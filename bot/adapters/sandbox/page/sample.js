// A conversation for the first visit, so that the page is never empty. It never crosses the bridge.

import { el } from "./dom.js";
import { t } from "./language.js";

const LINES = [
  {
    by: "zh",
    picture: "/page/sample/meiqiu.svg",
    en: "Hi everyone, Xiaoman here, from Chongqing. Cat tax first: this is Meiqiu, which means Coal Ball.",
    zh: "大家好，我是小满，住在重庆。先交猫税：这是我家煤球。",
    "zh-Hant": "大家好，我是小滿，住在重慶。先交貓稅：這是我家煤球。",
  },
  {
    by: "en",
    en: "Coal Ball is a perfect name. Does he ever leave that windowsill?",
    zh: "煤球，这名字绝了。他会从窗台上下来吗？",
    "zh-Hant": "煤球，這名字太絕了。他會從窗台上下來嗎？",
  },
  {
    by: "zh",
    en: "Only when I cook noodles. He hears the pot before I've found the chopsticks.",
    zh: "只有我煮面的时候会。筷子还没找着，他已经听见锅响了。",
    "zh-Hant": "只有我煮麵的時候會。筷子還沒找到，他已經聽見鍋子響了。",
  },
  {
    by: "en",
    en: "What kind of noodles? Mine only gets up for tuna.",
    zh: "什么面呀？我家那只只肯为金枪鱼起身。",
    "zh-Hant": "什麼麵呀？我家那隻只肯為鮪魚起身。",
  },
  {
    by: "zh",
    en: "Chongqing noodles, extra chili. He sniffs the bowl, sneezes, and comes back to sniff again.",
    zh: "重庆小面，多放辣。他凑过来闻一下，打个喷嚏，再凑过来闻。",
    "zh-Hant": "重慶小麵，多放辣。他湊過來聞一下，打個噴嚏，再湊過來聞。",
  },
  {
    by: "en",
    en: "A cat of principle. I need the recipe, and a video of the sneeze.",
    zh: "真是只有原则的猫。菜谱我要了，打喷嚏的视频也要。",
    "zh-Hant": "真是隻有原則的貓。食譜我要了，打噴嚏的影片也要。",
  },
  {
    by: "zh",
    en: "You'll get the recipe tonight. The video is up to him.",
    zh: "菜谱今晚发你。视频嘛，得看他心情。",
    "zh-Hant": "食譜今晚傳給你。影片嘛，得看他心情。",
  },
];
const PEOPLE = {
  en: { name: { en: "Maya" }, avatar: "tabby" },
  zh: { name: { en: "小满", zh: "小满", "zh-Hant": "小滿" }, avatar: "black" },
};

const side = (language) => (language.startsWith("zh") ? "zh" : "en");

// The sample as one room of `language` shows it.
export function sampleFor(room, language) {
  return LINES.map((line, number) => message(line, number, room, language));
}

function message(line, number, room, language) {
  const person = PEOPLE[line.by];
  const isCopy = side(language) !== line.by;
  const original = line.by === "en" ? "en" : language === "zh-Hant" ? "zh-Hant" : "zh";
  return {
    id: `sample-${number}`,
    room,
    isSample: true,
    is_ours: isCopy,
    person: `sample:${line.by}`,
    name: person.name[language] ?? person.name.en,
    avatar: person.avatar,
    sent_at: null,
    text: words(line[language] ?? line.en),
    original: isCopy ? words(line[original]) : null,
    translation: isCopy ? { source: line.by, target: language, label: "", steps: [] } : null,
    files: [],
    picture: line.picture ?? null,
    origins: [],
  };
}

const words = (text) => ({ text, spans: [] });

export function sampleHead(remove) {
  return el(
    "div",
    { class: "sample-head" },
    el("div", {}, el("strong", {}, t("sample-title")), el("span", {}, t("sample-note"))),
    el("button", { type: "button", class: "button", onclick: remove }, t("sample-remove")),
  );
}
