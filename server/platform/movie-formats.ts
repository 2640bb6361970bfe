/** Owns which files of movies FFmpeg may open where anybody may have made them: those that hold all by themselves. Pure. */

/** FFmpeg's names. None of them names other files, as lists, playlists and descriptions do. */
const holding = "mov,matroska,mpegts,mpeg,avi,flv,ogg,gif,asf,mxf,nut,yuv4mpegpipe,ivf,h264,hevc,obu";

/** What FFmpeg is told, so that it reads nothing but the one file, whatever is written in it; `more` are further formats of that sort. */
export function oneFileOptions(more: string): Readonly<Record<string, string>> {
  return { protocol_whitelist: "file", format_whitelist: `${holding},${more}` };
}
