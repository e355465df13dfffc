# One image for the API, the worker and the migrations; the command says which. It holds compiled JavaScript, the
# packages of production and the migrations: no compiler, no tests, no stand-ins.

FROM node:20-slim AS build
WORKDIR /app
ENV CHECKPOINT_DISABLE=1
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run generate \
  && npm run build \
  && node dist/workers/build-bundle.js dist/workflow-bundle.js \
  && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:20-slim
# Temporal's native client reads the system's certificate authorities, which the slim image lacks.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ARG BUILD_ID=unknown
ENV NODE_ENV=production \
  LLWYBR_ENV=production \
  TZ=UTC \
  BUILD_ID=${BUILD_ID} \
  HOST=0.0.0.0 \
  METRICS_HOST=0.0.0.0 \
  WORKFLOW_BUNDLE=/app/dist/workflow-bundle.js
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/prisma ./prisma
COPY --from=build /app/dist ./dist
USER node
EXPOSE 3000 9464
# The worker is `node dist/workers/main.js`, the migrations are `node dist/scripts/database/migrate.js`.
CMD ["node", "dist/api/server.js"]
