/** The public API of frames of movies, for programs and for scenes: "scenecast/movie". Nothing of FFmpeg is loaded before the first one. */

export { StreamError, type StreamErrorCode } from "../../shared/errors.ts";
export type { PictureSize } from "../../shared/video.ts";
export { Movie, type MovieFramesOptions, type OpenMovieOptions, openMovie } from "./movie.ts";
export type { MovieInfo, MoviePicture } from "./movie-info.ts";
export { MovieTexture, type MovieTextureTarget } from "./movie-texture.ts";
