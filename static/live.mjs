/* A broadcast (HLS). Browsers that play it by themselves get no library; the others load it now, from here. */
const video = document.querySelector("[data-live]");
const failed = document.querySelector("[data-live-failed]");
const ended = document.querySelector("[data-live-ended]");
const STILL_MS = 20000;
let still = 0;

function say(what) {
  clearTimeout(still);
  failed.hidden = what !== failed;
  ended.hidden = what !== ended;
}
/* A stream that stops without an error only keeps one waiting. */
function wait() {
  clearTimeout(still);
  if (!video.ended) still = setTimeout(() => say(failed), STILL_MS);
}

function listen() {
  video.addEventListener("error", () => say(failed));
  video.addEventListener("ended", () => say(ended));
  video.addEventListener("playing", () => say(null));
  video.addEventListener("waiting", wait);
  video.addEventListener("pause", () => clearTimeout(still));
}

async function play(address, library) {
  const { default: Hls } = await import(library);
  if (!Hls.isSupported()) return say(failed);
  const player = new Hls({ enableWorker: false });
  player.on(Hls.Events.ERROR, (_name, fault) => { if (fault.fatal) say(failed); });
  player.attachMedia(video);
  player.loadSource(address);
  listen();
}

if (video.canPlayType("application/vnd.apple.mpegurl") || !video.dataset.library) {
  listen();
  if (video.error) say(failed);
} else {
  const address = video.src;
  video.removeAttribute("src");
  video.load();
  play(address, video.dataset.library).catch(() => say(failed));
}
