// Loaded into every thread of a worker whose memory is measured: collects all garbage again and again, so that what is
// left is what is held. Without it V8 keeps garbage for as long as the machine has room, which says nothing.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
setInterval(collect, 5_000).unref();
