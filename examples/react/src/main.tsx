import { createRoot } from 'react-dom/client'

import { App } from './App'
import { connect } from './client'

createRoot(document.getElementById('root')!).render(<App client={connect(window.location.origin)} />)
