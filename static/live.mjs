/* A broadcast (HLS). Browsers that play it by themselves get no library; the others load it now, from here. */
const video = document.querySelector("[data-live]");
const failed = document.querySelector("[data-live-failed]");
const ended = document.querySelector("[data-live-ended]");

const say = (what) => { failed.hidden = what !== failed; ended.hidden = what !== ended; };
video.addEventListener("error", () => say(failed));
video.addEventListener("ended", () => say(ended));
video.addEventListener("playing", () => say(null));

async function play(address, library) {
  const { default: Hls } = await import(library);
  if (!Hls.isSupported()) return say(failed);
  const player = new Hls({ enableWorker: false });
  player.on(Hls.Events.ERROR, (_name, fault) => { if (fault.fatal) say(failed); });
  player.attachMedia(video);
  player.loadSource(address);
}

if (!video.canPlayType("application/vnd.apple.mpegurl") && video.dataset.library) {
  const address = video.src;
  video.removeAttribute("src");
  play(address, video.dataset.library).catch(() => say(failed));
}
